# The parts of a real cluster. What has to be built is built once for its version; the crate in tests/cluster finds the
# folders in these variables, and says in tests/cluster/src/parts.rs what they hold.
source tests/tools/cache.sh

cluster_parts() {
  local version
  need_command etcd etcd-server
  need_command redis-server redis-server
  version=$(cat tests/cluster/tools/programs/{go.mod,go.sum,*.go} tests/tools/cluster.sh | sha256sum | cut -c1-12)
  SEALSMITH_CLUSTER_PROGRAMS=$(cached cluster-programs "$version" build_programs)
  version=$(required sealed-secrets github.com/bitnami-labs/sealed-secrets)
  SEALSMITH_SEALED_SECRETS=$(cached sealed-secrets "$version" build_sealed_secrets "$version")
  export SEALSMITH_CLUSTER_PROGRAMS SEALSMITH_SEALED_SECRETS
}

# Has cargo run each test program in a namespace of its own; cargo itself stays outside.
cluster_namespaces() {
  local host
  need_command ip iproute2
  need_command unshare util-linux
  host=$(rustc -vV | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
  export "CARGO_TARGET_${host}_RUNNER=$PWD/tests/cluster/namespace.sh"
}

# build_programs FOLDER: the API server, Kubernetes' controllers and Argo CD in one program, with the names it goes by.
build_programs() {
  local argocd=github.com/argoproj/argo-cd/v3 name
  go_build programs "$1/programs" . "-X k8s.io/component-base/version.gitVersion=v$(required programs k8s.io/kubernetes)" \
    "-X $argocd/common.version=$(required programs "$argocd")"
  for name in kube-apiserver kube-controllers argocd-repo-server argocd-application-controller; do
    ln -s programs "$1/$name"
  done
  # That of ApplicationSet, which nobody uses here, would keep the API server busy for seconds.
  take_definitions programs "$argocd" "$1" manifests/crds/{application,appproject}-crd.yaml
}

# build_sealed_secrets VERSION FOLDER
build_sealed_secrets() {
  local module=github.com/bitnami-labs/sealed-secrets
  go_build sealed-secrets "$2/controller" "$module/cmd/controller" "-X main.VERSION=$1"
  take_definitions sealed-secrets "$module" "$2" helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml
}

# required TOOL MODULE: prints the version of a module that the tool's go.mod names.
required() {
  sed -n "s,^[[:space:]]*$2 v\([^ ]*\).*,\1,p" "tests/cluster/tools/$1/go.mod"
}

# go_build TOOL PROGRAM PACKAGE LINKER_FLAG...
go_build() {
  need_go
  go -C "tests/cluster/tools/$1" build -trimpath -ldflags "-s -w ${*:4}" -o "$2" "$3"
}

# take_definitions TOOL MODULE FOLDER FILE...: puts custom resource definitions that a module brings beside its program.
take_definitions() {
  local source
  source=$(go -C "tests/cluster/tools/$1" list -m -f '{{.Dir}}' "$2")
  mkdir "$3/crds"
  (cd "$source" && install -m 644 -t "$3/crds" "${@:4}")
}
