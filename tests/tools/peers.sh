# The programs that `lint` is measured against, each in a fixed version. Benches find them in these variables.

peers() {
  SEALSMITH_GITLEAKS=$(go_tool gitleaks github.com/zricethezav/gitleaks/v8 v8.30.1)
  SEALSMITH_KUBECONFORM=$(go_tool kubeconform github.com/yannh/kubeconform/cmd/kubeconform v0.8.0)
  SEALSMITH_CONFTEST=$(go_tool conftest github.com/open-policy-agent/conftest v0.71.1)
  export SEALSMITH_GITLEAKS SEALSMITH_KUBECONFORM SEALSMITH_CONFTEST
}

# go_tool NAME PACKAGE VERSION: prints the path of the program.
go_tool() {
  local name folder
  folder=$(cached "$1" "$3" install_go "$2" "$3")
  # Go names a program after the last part of its path, unless that is a version.
  name=$(find "$folder" -maxdepth 1 -type f -executable -print -quit)
  printf '%s\n' "$name"
}

install_go() {
  need_go
  GOBIN=$3 go install "$1@$2"
}
