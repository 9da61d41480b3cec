# Tools built once for each version, outside the checkout.

readonly tool_cache=${XDG_CACHE_HOME:-$HOME/.cache}/sealsmith

# cached NAME VERSION BUILD...: prints the folder of the tool. BUILD gets a fresh folder as its last argument; the
# folder takes its name only when it is complete, so a run that was killed leaves no half-built tool.
cached() {
  local folder=$tool_cache/$1-$2 fresh
  if [[ ! -d $folder ]]; then
    mkdir -p "$tool_cache"
    find "$tool_cache" -maxdepth 1 -name "$1-$2.building-*" -mmin +120 -exec rm -rf {} +
    fresh=$(mktemp -d "$folder.building-XXXXXX")
    printf 'building %s %s, once\n' "$1" "$2" >&2
    "${@:3}" "$fresh" >&2 || { rm -rf "$fresh"; fail "$1 $2 could not be built"; }
    # Another run may have been quicker; its tool is as good.
    mv -T "$fresh" "$folder" 2>/dev/null || rm -rf "$fresh"
  fi
  printf '%s\n' "$folder"
}

# cargo_tool CRATE VERSION: prints the path of the program.
cargo_tool() {
  local folder
  folder=$(cached "$1" "$2" install_crate "$1" "$2")
  printf '%s/bin/%s\n' "$folder" "$1"
}

install_crate() {
  env -u CARGO_TARGET_DIR cargo install --quiet --locked --root "$3" "$1@$2"
}
