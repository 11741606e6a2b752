#!/bin/sh
# Keeps one private engine, and takes it away again.
#
#   engine-keeper.sh DIRECTORY CGROUP ENGINE-ARGUMENT...
#
# Orders come on standard input, one a line: `start`, or `signal NAME` for the engine's process, `signal NAME containerd`
# for the one that keeps its containers, `signal NAME ID` for the one that minds a single container. It prints `sent` when a signal has taken effect, and `ended` whenever the engine's
# process ends. With CHRONTAINER_LAB_KIND=podman the engine is a Podman, and `podman ARGUMENTS` is a command of it, of which
# `sent` is printed when it has succeeded, `refused` when not. The end of the input ends everything: a test that
# dies, by SIGKILL too, closes its end.
#
# The engine lives in namespaces of its own. The kernel kills all that runs in a PID namespace with its first process,
# and drops mounts and networks with the last one, so no crash can leave a container, a mount or an address behind.
# What no namespace holds, the directory, the empty cgroups and the bridge of an engine in the machine's network, is
# removed here, outside.
set -u
keeper=$0
directory=$1
cgroup=$2

# The outer half: starts the inner one and cleans up after it.
keep() {
  [ -n "${CHRONTAINER_LAB_SHARED_NETWORK:-}" ] && net= || net=--net
  [ -z "${CHRONTAINER_LAB_BRIDGE:-}" ] || make_bridge
  unshare --mount --pid $net --uts --fork --kill-child --mount-proc \
    docker-init -- env CHRONTAINER_LAB_INSIDE=1 sh "$keeper" "$@"
  remove_cgroups || { sleep 0.2; remove_cgroups; } || { sleep 2; remove_cgroups; }
  [ -z "${CHRONTAINER_LAB_BRIDGE:-}" ] || ip link delete "$CHRONTAINER_LAB_BRIDGE"
  rm -rf "$directory"
}

# In the machine's network engines would share docker0, which each that is to have no bridge takes away when it starts.
make_bridge() {
  ip link add "$CHRONTAINER_LAB_BRIDGE" type bridge
  ip address add "172.30.$(($$ % 250)).1/24" dev "$CHRONTAINER_LAB_BRIDGE"
  ip link set "$CHRONTAINER_LAB_BRIDGE" up
}

remove_cgroups() {
  for found in /sys/fs/cgroup/"$cgroup" /sys/fs/cgroup/*/"$cgroup"; do
    [ ! -d "$found" ] || find "$found" -depth -type d -exec rmdir {} + || return 1
  done
}

# The inner half: a /run of its own, since containerd keeps its sockets there, and a host name to tell engines apart.
obey() {
  mount -t tmpfs tmpfs /run
  [ ! -d /var/lib/cni ] || mount -t tmpfs tmpfs /var/lib/cni
  echo "$cgroup" >/proc/sys/kernel/hostname
  [ -z "${CHRONTAINER_LAB_NETWORK:-}" ] || ip link set lo up
  shift 2
  while read -r order name whom; do
    case $order in
      # Its words are the test's own, and have no spaces in them.
      podman) { podman_here $name $whom >>"$directory/log" 2>&1 && echo sent || echo refused; } </dev/null ;;
      start) { engine "$@"; echo ended; } & ;;
      signal) send "$name" "$whom" ;;
    esac
  done
  thaw
}

# A paused container cannot even be killed: with it, the kernel would wait for ever for the end of the namespace.
thaw() {
  find /sys/fs/cgroup/freezer/"$cgroup" -name freezer.state 2>/dev/null |
    while read -r state; do { echo THAWED >"$state"; } 2>/dev/null; done
  find /sys/fs/cgroup/"$cgroup" -name cgroup.freeze 2>/dev/null |
    while read -r state; do { echo 0 >"$state"; } 2>/dev/null; done
}

send() {
  case $2 in
    '') process=$(cat "$directory/engine.pid") ;;
    containerd) process=$(cat "$directory/exec/containerd/containerd.pid") ;;
    *) process=$(minder "$2") ;;
  esac
  kill -s "$1" "$process"
  [ "$1" != STOP ] || while grep -qs '^State:.[RSD]' "/proc/$process/status"; do sleep 0.01; done
  echo sent
}

# What stands between the engine and the container of an ID: Docker's shim, Podman's conmon.
minder() {
  for found in /proc/[0-9]*; do
    case $(cat "$found/comm" 2>/dev/null) in
      conmon | containerd-shim) tr '\0' ' ' <"$found/cmdline" | grep -q -- "$1" && basename "$found" && return ;;
    esac
  done
}

# Podman wants no more than 50 characters for its runroot: /run is this namespace's own.
podman_here() {
  podman --root "$directory/root" --runroot /run/podman --tmpdir "$directory/tmp" --storage-driver vfs "$@"
}

engine() {
  [ "${CHRONTAINER_LAB_KIND:-docker}" = docker ] || { podman_engine; return; }
  forget_killed_engine
  sh -c 'echo $$ >"$0" && exec dockerd "$@"' "$directory/engine.pid" \
    --data-root "$directory/data" --exec-root "$directory/exec" --pidfile "$directory/docker.pid" \
    --config-file "$directory/daemon.json" --host "unix://$directory/docker.sock" \
    --cgroup-parent "/$cgroup" --exec-opt native.cgroupdriver=cgroupfs "$@" >>"$directory/log" 2>&1 </dev/null
}

podman_engine() {
  rm -f "$directory/docker.sock"
  sh -c 'echo $$ >"$0" && exec podman "$@"' "$directory/engine.pid" \
    --root "$directory/root" --runroot /run/podman --tmpdir "$directory/tmp" --storage-driver vfs \
    system service --time 0 "unix://$directory/docker.sock" >>"$directory/log" 2>&1 </dev/null
}

# A killed engine leaves the process number of its containerd behind; the next one would wait 15 s for it and give up.
forget_killed_engine() {
  left=$directory/exec/containerd
  [ ! -s "$left/containerd.pid" ] || kill -s KILL "$(cat "$left/containerd.pid")" 2>/dev/null
  rm -f "$left"/containerd.pid "$left"/*.sock* "$directory/docker.pid" "$directory/docker.sock"
}

if [ -n "${CHRONTAINER_LAB_INSIDE:-}" ]; then obey "$@"; else keep "$@"; fi
