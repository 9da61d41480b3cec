#!/usr/bin/env bash
# speed and memory as ratios against kubeseal and bare aws-lc-rs (wants a quiet machine)
source tests/tools/need.sh
source tests/tools/judges.sh
source tests/tools/offline.sh
need_rust
need_command git git
need_command openssl openssl
judges
bench=(cargo bench --locked --package sealsmith-cli --bench ratios)
"${bench[@]}" --no-run
offline "${bench[@]}" --offline
