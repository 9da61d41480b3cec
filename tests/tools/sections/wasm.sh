#!/usr/bin/env bash
# core and the page's crate compile for the browser, and the page cannot unseal
source tests/tools/need.sh
source tests/tools/browser.sh
need_rust
need_node
target=wasm32-unknown-unknown
cargo clippy --locked --package sealsmith-core --target $target -- -D warnings
cargo clippy --locked --package sealsmith-wasm --target $target --no-default-features -- -D warnings
features=$(cargo tree --locked --package sealsmith-wasm --target $target --no-default-features --edges normal,features)
if grep --quiet 'sealsmith-core feature "unseal"' <<<"$features"; then
  fail 'sealsmith-wasm brings in the feature "unseal" of sealsmith-core'
fi

# Nor does the built page's wasm offer it: its exports are a list. Section `page` holds that it is built from this.
node --test tests/page/wasm/exports.test.js
