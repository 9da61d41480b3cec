#!/usr/bin/env bash
# the test cluster itself: real Kubernetes API, controller and Argo CD, and nothing left of them afterwards
source tests/tools/need.sh
source tests/tools/cluster.sh
need_rust
need_command git git
need_command ip iproute2
need_command unshare util-linux
cluster_parts
cargo build --locked --package sealsmith-cli --bin sealsmith
SEALSMITH_PROGRAM=$CARGO_TARGET_DIR/debug/sealsmith
export SEALSMITH_PROGRAM
# Each test program runs in a namespace of its own; cargo stays outside.
host=$(rustc -vV | sed -n 's/^host: //p')
runner=CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$host")_RUNNER
export "$runner=$PWD/tests/cluster/namespace.sh"
cargo test --locked --package sealsmith-test-cluster --lib --test rig
