#!/usr/bin/env bash
# dependencies keep to deny.toml: licences, sources, who may bring what
source tests/tools/need.sh
source tests/tools/cache.sh
need_rust
deny=$(cargo_tool cargo-deny 0.20.2)
"$deny" --workspace --all-features --locked check --hide-inclusion-graph bans licenses sources
