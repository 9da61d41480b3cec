#!/usr/bin/env bash
# documentation builds without a warning and its examples run
source tests/tools/need.sh
need_rust
RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps --all-features
cargo test --locked --workspace --doc
