# Runs sections one after the other, with a heading and a time each and the sum of all tests in the last line.

report() {
  local name start status log passed=0 failed=0
  log=$(mktemp)
  # The path goes into the trap now: `log` is gone by the time it runs.
  # shellcheck disable=SC2064
  trap "rm -f '$log'" EXIT
  for name in "$@"; do
    heading "$name"
    start=$(now)
    status=0
    bash "tests/tools/sections/$name.sh" </dev/null 2>&1 | tee "$log" || status=$?
    count "$log" "$status"
    if ((status != 0)); then
      printf '\n--- %s: FAILED after %s s\n\n%d passed, %d failed\n' "$name" "$(since "$start")" "$passed" "$failed"
      exit 1
    fi
    printf -- '--- %s: ok, %s s\n' "$name" "$(since "$start")"
  done
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
}

heading() {
  printf '\n=== %s: %s\n' "$1" "$(sed -n '2s/^# //p' "tests/tools/sections/$1.sh")"
}

# Adds the results of a section to its caller's `passed` and `failed`; one that runs no cargo tests counts as one.
count() {
  local sums
  sums=$(sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '/^test result:/ { p += $4; f += $6 } END { print p + 0, f + 0 }')
  local p=${sums% *} f=${sums#* }
  if (($2 != 0 && f == 0)); then f=1; fi
  if (($2 == 0 && p == 0)); then p=1; fi
  passed=$((passed + p)) failed=$((failed + f))
}

now() { date +%s%N; }

since() {
  local ms=$((($(now) - $1) / 1000000))
  printf '%d.%d' $((ms / 1000)) $((ms % 1000 / 100))
}
