#!/usr/bin/env bash
# only the comparison with the real kubeseal
source tests/tools/need.sh
source tests/tools/judges.sh
source tests/tools/offline.sh
need_rust
need_command openssl openssl
judges
tests=(cargo test --locked --package sealsmith-cli --test interop)
"${tests[@]}" --no-run
offline "${tests[@]}" --offline -- --include-ignored
