#!/usr/bin/env bash
# tests that need nothing but Rust and git
source tests/tools/need.sh
need_rust
need_command git git
cargo test --locked --workspace --lib --bins --tests --no-fail-fast
