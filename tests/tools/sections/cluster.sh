#!/usr/bin/env bash
# the test cluster itself: real Kubernetes API, controllers and Argo CD, and nothing left of them afterwards
source tests/tools/need.sh
source tests/tools/cluster.sh
need_rust
need_command git git
cluster_parts
# Both packages in each command, so that what they share is compiled once.
packages=(--locked --package sealsmith-cli --package sealsmith-test-cluster)
cargo build "${packages[@]}" --bin sealsmith
export SEALSMITH_PROGRAM=$CARGO_TARGET_DIR/debug/sealsmith
tests=(cargo test "${packages[@]}" --test rig --test controllers --test watch --test reseal)
"${tests[@]}" --no-run
cluster_namespaces
"${tests[@]}" --offline
