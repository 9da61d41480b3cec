#!/usr/bin/env bash
# the offline page: built anew it is the committed one; in Chromium every flow works and nothing gets out of it
source tests/tools/need.sh
source tests/tools/judges.sh
source tests/tools/browser.sh
source tests/tools/offline.sh
need_rust
need_command git git
need_command openssl openssl
need_browser
npm_packages tests/page

# A copy in another folder, with a target of its own: in a shared one cargo takes the builder of this checkout for that
# of the copy. What of a folder's name gets into the page shows as a difference.
elsewhere=$CARGO_TARGET_DIR/elsewhere
build_elsewhere() {
  rm -rf "$elsewhere/source" "$elsewhere/dist"
  mkdir -p "$elsewhere/source"
  git ls-files -z --cached --others --exclude-standard |
    xargs -0 cp --parents --preserve=timestamps --target-directory "$elsewhere/source"
  cd "$elsewhere/source"
  CARGO_TARGET_DIR=$elsewhere/target cargo run --locked --package sealsmith-web-builder -- --out "$elsewhere/dist"
}

cargo run --locked --package sealsmith-web-builder -- --check
(build_elsewhere)
cmp web/dist/sealsmith.html "$elsewhere/dist/sealsmith.html" || fail 'built in another folder, the page is another one'

# With a test, so that features are those of the section `test` and nothing is compiled twice.
cargo build --locked --workspace --bin sealsmith --test cli
SEALSMITH_KUBESEAL=$(kubeseal)
SEALSMITH_PROGRAM=$CARGO_TARGET_DIR/debug/sealsmith
SEALSMITH_PAGE=$PWD/web/dist/sealsmith.html
SEALSMITH_PAGE_OUTPUT=$CARGO_TARGET_DIR/page-tests
export SEALSMITH_KUBESEAL SEALSMITH_PROGRAM SEALSMITH_PAGE SEALSMITH_PAGE_OUTPUT
cd tests/page
offline node_modules/.bin/playwright test
