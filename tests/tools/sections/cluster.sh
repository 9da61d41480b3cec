#!/usr/bin/env bash
# the test cluster itself: real Kubernetes API, controllers and Argo CD, and nothing left of them afterwards
source tests/tools/need.sh
source tests/tools/cluster.sh
source tests/tools/moto.sh
need_rust
need_command git git
cluster_parts
moto
# The workspace in each command, so that features are those of the other sections and nothing is compiled twice.
programs=(--test rig --test controllers --test watch --test reseal --test rotate)
cargo build --locked --workspace --bin sealsmith "${programs[@]}"
export SEALSMITH_PROGRAM=$CARGO_TARGET_DIR/debug/sealsmith
cluster_namespaces
# More at once than cores: much of it is waiting for each other.
cargo test --locked --offline --workspace "${programs[@]}" -- --test-threads=4
