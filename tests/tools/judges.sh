# The real programs that say what compatible means. Tests find them in these variables.
source tests/tools/cache.sh

judges() {
  SEALSMITH_KUBESEAL=$(kubeseal)
  SEALSMITH_GOTEMPLATE=$(gotemplate)
  export SEALSMITH_KUBESEAL SEALSMITH_GOTEMPLATE
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

# Prints the path of the controller's template engine. It is ours to change, so its content is its version.
gotemplate() {
  local version folder
  version=$(cat tests/interop/gotemplate/{go.mod,go.sum,main.go} | sha256sum | cut -c1-12)
  folder=$(cached gotemplate "$version" build_gotemplate)
  printf '%s/gotemplate\n' "$folder"
}

build_gotemplate() {
  need_go
  go -C tests/interop/gotemplate build -trimpath -o "$1/gotemplate" .
}
