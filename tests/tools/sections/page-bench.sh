#!/usr/bin/env bash
# the page beside WebCrypto, @linode/kubeseal-encrypt and node-forge, and Lighthouse (wants a quiet machine)
source tests/tools/need.sh
source tests/tools/judges.sh
source tests/tools/browser.sh
source tests/tools/offline.sh
need_command openssl openssl
need_browser
npm_packages tests/page
npm_packages tests/page/bench
SEALSMITH_KUBESEAL=$(kubeseal)
export SEALSMITH_KUBESEAL
offline node tests/page/bench/run.js
