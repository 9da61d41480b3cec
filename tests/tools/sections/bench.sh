#!/usr/bin/env bash
# speed and memory as ratios against kubeseal and bare aws-lc-rs (wants a quiet machine)
source tests/tools/need.sh
source tests/tools/cache.sh
source tests/tools/offline.sh
need_rust
need_command git git
need_command openssl openssl
SEALSMITH_KUBESEAL=$(kubeseal)
export SEALSMITH_KUBESEAL
bench=(cargo bench --locked --package sealsmith-cli --bench ratios)
"${bench[@]}" --no-run
offline "${bench[@]}" --offline
