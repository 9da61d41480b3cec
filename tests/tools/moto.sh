# moto, which plays AWS, from PyPI. tests/support/moto.rs finds its Python in this variable. Takes cache.sh to be there.

moto() {
  local version folder
  version=$(cat tests/tools/moto/requirements.txt tests/tools/moto.sh | sha256sum | cut -c1-12)
  folder=$(cached moto "$version" build_moto)
  SEALSMITH_MOTO=$folder/bin/python
  export SEALSMITH_MOTO
}

build_moto() {
  need_command python3 python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || install_package python3 python3-venv
  python3 -m venv "$1"
  "$1/bin/python" -m pip --quiet --disable-pip-version-check install --no-deps --requirement tests/tools/moto/requirements.txt
  # Listening shows that nothing is missing; it ends with its input.
  "$1/bin/python" -I tests/support/moto.py </dev/null | grep --quiet '^LISTEN ' || fail 'moto does not start'
}
