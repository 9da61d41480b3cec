# Keeps the tests off the network.

# offline COMMAND...: runs it where only loopback exists. That takes root; others rely on the tests' own care.
offline() {
  if ((EUID == 0)) && unshare --net true 2>/dev/null; then
    need_command ip iproute2
    # shellcheck disable=SC2016 # "$@" belongs to the inner shell
    unshare --net bash -c 'ip link set lo up && exec "$@"' offline "$@"
  else
    echo 'note: no network namespace here, so nothing enforces that the tests stay on loopback' >&2
    "$@"
  fi
}
