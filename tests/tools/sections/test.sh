#!/usr/bin/env bash
# every test, ignored ones and the comparison with the real kubeseal included
source tests/tools/need.sh
source tests/tools/judges.sh
source tests/tools/offline.sh
need_rust
need_command git git
need_command openssl openssl
need_command age age
judges
python_judges
moto
tests=(cargo test --locked --workspace --lib --bins --tests)
"${tests[@]}" --no-run
offline "${tests[@]}" --offline --no-fail-fast -- --include-ignored --skip side_by_side::
# These wait for most of their time, so that there are more of them at once than cores.
offline "${tests[@]}" --offline --no-fail-fast -- --include-ignored --test-threads 8 side_by_side::
