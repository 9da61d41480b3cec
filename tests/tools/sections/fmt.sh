#!/usr/bin/env bash
# source is formatted as rustfmt does it
source tests/tools/need.sh
need_rust
cargo fmt --all --check
cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
