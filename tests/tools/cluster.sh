# The parts of a real cluster, each built once for its version. The crate in tests/cluster finds their folders in these
# variables; what a folder holds is listed in tests/cluster/src/parts.rs.
source tests/tools/cache.sh

cluster_parts() {
  need_command redis-server redis-server
  SEALSMITH_ETCD=$(part etcd go.etcd.io/etcd/server/v3)
  SEALSMITH_KUBERNETES=$(part kubernetes k8s.io/kubernetes)
  SEALSMITH_SEALED_SECRETS=$(part sealed-secrets github.com/bitnami-labs/sealed-secrets)
  SEALSMITH_ARGOCD=$(part argocd github.com/argoproj/argo-cd/v3)
  export SEALSMITH_ETCD SEALSMITH_KUBERNETES SEALSMITH_SEALED_SECRETS SEALSMITH_ARGOCD
}

# Has cargo run each test program in a namespace of its own; cargo itself stays outside.
cluster_namespaces() {
  local host
  need_command ip iproute2
  need_command unshare util-linux
  host=$(rustc -vV | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
  export "CARGO_TARGET_${host}_RUNNER=$PWD/tests/cluster/namespace.sh"
}

# part TOOL MODULE: prints the folder of the tool, in the version that its go.mod names.
part() {
  local version
  version=$(sed -n "s,.*$2 v\([^ ]*\).*,\1,p" "tests/cluster/tools/$1/go.mod")
  cached "$1" "$version" "build_${1//-/_}" "$2" "$version"
}

build_etcd() {
  build_part etcd "$3/etcd" "$1"
}

build_kubernetes() {
  local named="-X k8s.io/component-base/version.gitVersion=v$2"
  build_part kubernetes "$3/kube-apiserver" "$1/cmd/kube-apiserver" "$named"
  build_part kubernetes "$3/kube-controller-manager" "$1/cmd/kube-controller-manager" "$named"
}

build_sealed_secrets() {
  build_part sealed-secrets "$3/controller" "$1/cmd/controller" "-X main.VERSION=$2"
  take_definitions sealed-secrets "$1" "$3" helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml
}

build_argocd() {
  build_part argocd "$3/argocd" "$1/cmd" "-X $1/common.version=$2"
  # That of ApplicationSet, which nobody uses here, would keep the API server busy for seconds.
  take_definitions argocd "$1" "$3" manifests/crds/{application,appproject}-crd.yaml
}

# build_part TOOL PROGRAM PACKAGE [LINKER_FLAGS]
build_part() {
  need_go
  go -C "tests/cluster/tools/$1" build -trimpath -ldflags "-s -w ${4:-}" -o "$2" "$3"
}

# take_definitions TOOL MODULE FOLDER FILE...: puts custom resource definitions that a module brings beside its program.
take_definitions() {
  local source
  source=$(go -C "tests/cluster/tools/$1" list -m -f '{{.Dir}}' "$2")
  mkdir "$3/crds"
  (cd "$source" && install -m 644 -t "$3/crds" "${@:4}")
}
