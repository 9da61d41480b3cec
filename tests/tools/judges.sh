# The real programs that say what compatible means. Tests find them in these variables.
source tests/tools/cache.sh
source tests/tools/moto.sh
source tests/tools/python.sh

judges() {
  SEALSMITH_KUBESEAL=$(kubeseal)
  SEALSMITH_GOTEMPLATE=$(go_judge gotemplate)
  SEALSMITH_GOYAML=$(go_judge goyaml)
  export SEALSMITH_KUBESEAL SEALSMITH_GOTEMPLATE SEALSMITH_GOYAML
}

# Prints the path of kubeseal, in the version that its go.mod names.
kubeseal() {
  local version folder
  version=$(sed -n 's,.*github.com/bitnami-labs/sealed-secrets v\([^ ]*\).*,\1,p' tests/tools/kubeseal/go.mod)
  folder=$(cached kubeseal "$version" build_kubeseal "$version")
  printf '%s/kubeseal\n' "$folder"
}

build_kubeseal() {
  need_go
  go -C tests/tools/kubeseal build -trimpath -ldflags "-s -w -X main.VERSION=$1" -o "$2/kubeseal" \
    github.com/bitnami-labs/sealed-secrets/cmd/kubeseal
}

# go_judge NAME: prints the path of a program in tests/interop. It is ours to change, so its content is its version.
go_judge() {
  local version folder
  version=$(cat "tests/interop/$1"/{go.mod,go.sum,main.go} | sha256sum | cut -c1-12)
  folder=$(cached "$1" "$version" build_go_judge "$1")
  printf '%s/%s\n' "$folder" "$1"
}

build_go_judge() {
  need_go
  go -C "tests/interop/$1" build -trimpath -o "$2/$1" .
}
