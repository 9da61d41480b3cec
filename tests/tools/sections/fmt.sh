#!/usr/bin/env bash
# source is formatted as rustfmt does it
source tests/tools/need.sh
need_rust
need_command git git
# File by file, because `cargo fmt` does not see modules that a macro declares, as those of the rules.
git ls-files -z --cached --others --exclude-standard '*.rs' | xargs -0 rustfmt --edition 2024 --check
