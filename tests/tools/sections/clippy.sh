#!/usr/bin/env bash
# every target compiles without a warning under the workspace's lints
source tests/tools/need.sh
need_rust
cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
cargo clippy --locked --package sealsmith-core --no-default-features --lib -- -D warnings
