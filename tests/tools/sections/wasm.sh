#!/usr/bin/env bash
# core and the page's crate compile for the browser, and the page cannot unseal
source tests/tools/need.sh
need_rust
target=wasm32-unknown-unknown
cargo clippy --locked --package sealsmith-core --target $target -- -D warnings
cargo clippy --locked --package sealsmith-wasm --target $target --no-default-features -- -D warnings
features=$(cargo tree --locked --package sealsmith-wasm --target $target --no-default-features --edges normal,features)
if grep --quiet 'sealsmith-core feature "unseal"' <<<"$features"; then
  fail 'sealsmith-wasm brings in the feature "unseal" of sealsmith-core'
fi
