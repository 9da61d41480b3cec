#!/usr/bin/env bash
# Runs a command where a test cluster can live: with a loopback, mounts and processes of its own, which end with it.
#   tests/cluster/namespace.sh COMMAND [ARGUMENT...]
# Cargo takes it as the runner of test programs.
set -euo pipefail

if [[ ${1:-} != --inside ]]; then
  as_root=()
  ((EUID == 0)) || as_root=(--user --map-root-user)
  exec unshare "${as_root[@]}" --net --mount --pid --mount-proc --fork --kill-child "${BASH_SOURCE[0]}" --inside "$@"
fi
shift

ip link set lo up
# The API server refuses endpoints in 127.0.0.0/8. These addresses never leave the namespace.
ip address add 10.99.0.1/16 dev lo
# In memory, so that not even a kill leaves a file. The controllers' service account is mounted below it as well.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/sealsmith /run/secrets/kubernetes.io/serviceaccount
export SEALSMITH_CLUSTER_FOLDER=/run/sealsmith
# Not exec: this shell is the first process in here, and the kernel ends all others with it.
"$@"
