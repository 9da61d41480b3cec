# Makes sure that what a section needs is there: installs it, or fails and says what is missing.
set -euo pipefail
shopt -s inherit_errexit

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

# need_command COMMAND DEBIAN_PACKAGE
need_command() {
  command -v "$1" >/dev/null || install_package "$1" "$2"
}

install_package() {
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    fail "$1 is missing: install the Debian package $2, or run this as root to have it installed"
  fi
  echo "installing $2" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$2" >&2
  command -v "$1" >/dev/null || fail "the Debian package $2 brought no $1"
}

# The compiler with its parts and targets as rust-toolchain.toml names them, and the C compiler for aws-lc and libgit2.
need_rust() {
  need_command cc build-essential
  command -v cargo >/dev/null || fail 'cargo is missing: install Rust from https://rustup.rs'
  has_toolchain || rustup toolchain install >&2 || fail 'the toolchain of rust-toolchain.toml could not be installed'
}

has_toolchain() {
  cargo fmt --version && cargo clippy --version && rustup target list --installed | grep -x wasm32-unknown-unknown
} >/dev/null 2>&1

need_go() {
  export PATH=$PATH:/usr/local/go/bin
  command -v go >/dev/null || fail 'go is missing: install Go 1.26 or newer from https://go.dev/dl'
}
