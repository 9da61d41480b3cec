#!/usr/bin/env bash
# speed and memory against kubeseal, bare aws-lc-rs, kubeconform, conftest and gitleaks (wants a quiet machine)
source tests/tools/need.sh
source tests/tools/judges.sh
source tests/tools/peers.sh
source tests/tools/offline.sh
need_rust
need_command git git
need_command openssl openssl
judges
peers
bench=(cargo bench --locked --package sealsmith-cli --bench ratios)
"${bench[@]}" --no-run
offline "${bench[@]}" --offline
