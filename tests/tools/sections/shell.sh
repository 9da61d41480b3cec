#!/usr/bin/env bash
# shell scripts pass shellcheck
source tests/tools/need.sh
need_command shellcheck shellcheck
need_command git git
git ls-files -z 'tests/run' '.ci/run' '*.sh' | xargs -0 shellcheck --external-sources --shell bash
