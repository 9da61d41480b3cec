# The browser and the packages that drive it. cache.sh comes first, by itself or with judges.sh.

readonly node_needed=20

# need_browser: the system's Chromium, and Node with npm to drive it. Tests find Chromium in SEALSMITH_CHROMIUM.
need_browser() {
  need_command chromium chromium
  need_node
  SEALSMITH_CHROMIUM=$(command -v chromium)
  export SEALSMITH_CHROMIUM
}

need_node() {
  local hint="install Node.js $node_needed or newer from https://nodejs.org" major
  command -v node >/dev/null || fail "node is missing: $hint"
  command -v npm >/dev/null || fail "npm is missing: $hint"
  major=$(node --print 'process.versions.node.split(".")[0]')
  ((major >= node_needed)) || fail "Node.js $major is too old: $hint"
}

# npm_packages FOLDER: links node_modules there to the packages of its lock file, which are installed once.
npm_packages() {
  local version installed
  version=$(cat "$1/package.json" "$1/package-lock.json" | sha256sum | cut -c1-12)
  installed=$(cached "npm-$(basename "$1")" "$version" install_packages "$1")
  ln -sfn "$installed/node_modules" "$1/node_modules"
}

install_packages() {
  cp "$1/package.json" "$1/package-lock.json" "$1/.npmrc" "$2"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix "$2" --silent
}
