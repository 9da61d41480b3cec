#!/usr/bin/env bash
# hostile input neither panics, hangs nor eats memory: every fuzz target for a short while
source tests/tools/need.sh
source tests/tools/cache.sh
need_rust
need_command c++ build-essential

fuzz=$(cargo_tool cargo-fuzz 0.13.2)
build=(--fuzz-dir tests/fuzz --target-dir "$CARGO_TARGET_DIR/fuzz" --sanitizer address)
# An alias bomb or a false length shows as memory or time long before these limits.
limits=(-dict=tests/fuzz/words.dict -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=256 -max_len=65536)
# The pinned stable compiler has the sanitizers too, behind this switch.
export RUSTC_BOOTSTRAP=1

# run TARGET SEEDS...: inputs that reach new code are kept in tests/fuzz/corpus for the next run.
run() {
  local corpus=tests/fuzz/corpus/$1
  mkdir -p "$corpus"
  "$fuzz" run "${build[@]}" "$1" "$corpus" "${@:2}" -- \
    "${limits[@]}" -max_total_time="${FUZZ_SECONDS:-20}" -print_final_stats=1 >"$log" 2>&1 || {
    cat "$log"
    fail "fuzz target $1 failed; the input is in tests/fuzz/artifacts/$1"
  }
  awk -v name="$1" '/number_of_executed_units/ { n = $2 } /peak_rss_mb/ { m = $2 }
    END { printf "fuzz %s ... ok, %d inputs, at most %d MiB\n", name, n, m }' "$log"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$fuzz" build "${build[@]}"
run envelope tests/fuzz/seeds/envelope
run certificate tests/vectors/certificates
run keys tests/vectors/keys tests/vectors/kubeseal/keys
run splice tests/vectors/kubeseal/manifests
run template tests/fuzz/seeds/template
