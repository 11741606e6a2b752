# Sourced by bin/test: what the tests need of the machine, and its installation on Debian.
PATH=$PATH:/usr/sbin:/sbin
policy=/usr/sbin/policy-rc.d

has() {
  command -v "$1" >/dev/null
}

# Fills `packages` with Debian's names of what is missing, and `parts` with what each is for.
look_for_parts() {
  packages=
  parts=
  has dockerd && has containerd && has runc && has docker-init || lacks docker.io 'private Docker engines'
  has iptables && has ip || lacks 'iptables iproute2' 'engines with a network'
  has openssl || lacks openssl 'certificates of hosts with TLS'
  has ssh && has sshd || lacks 'openssh-client openssh-server' 'hosts by SSH'
  has podman || lacks podman 'hosts with Podman'
  has docker-registry || lacks docker-registry 'images that are fetched'
  has mosquitto && has mosquitto_passwd || lacks mosquitto 'messages by MQTT'
  has haproxy || lacks haproxy 'a proxy in front of an engine'
  has nginx || lacks nginx-light 'a reverse proxy'
  has caddy || lacks caddy 'another reverse proxy'
  has_faketime || lacks libfaketime 'wall clocks that are set'
  is_static /bin/busybox || lacks busybox-static 'the image of the test containers'
  has_chromium || lacks chromium-headless-shell 'browser journeys'
  find_runtime || case $said in *libatomic*) lacks libatomic1 'Node 26' ;; esac
}

lacks() {
  packages="$packages $1"
  parts="$parts
  $1: for $2"
}

# Debian keeps it beside the libraries of the processor.
has_faketime() {
  for found in /usr/lib/*/faketime/libfaketime.so.1; do [ -e "$found" ] && return; done
  return 1
}

# With or without what draws its windows.
has_chromium() {
  [ -x "${CHROMIUM:-/usr/bin/chromium-headless-shell}" ] || [ -x "${CHROMIUM:-/usr/bin/chromium}" ]
}

# In a container without libraries only a program without any can run.
is_static() {
  [ -x "$1" ] && ! ldd "$1" >/dev/null 2>&1
}

install_missing_parts() {
  look_for_parts
  if [ -n "$packages" ]; then
    can_install || fail "the tests need parts that are missing here:$parts
As root on Debian they are installed by themselves; elsewhere install them first (Debian's names)."
    say "installing with apt:$packages ..."
    without_starting_daemons apt_install || fail "apt could not install what the tests need:$parts
$said"
    look_for_parts
    [ -z "$packages" ] || fail "the tests need parts that apt has installed but that are not to be found:$parts"
  fi
  [ "$(id -u)" = 0 ] || fail 'the tests start Docker engines of their own, which takes root: sudo npm test'
}

can_install() {
  [ "$(id -u)" = 0 ] && has apt-get
}

apt_install() {
  said=$(
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q -o DPkg::Lock::Timeout=300 2>&1 </dev/null
    # The names are separate words on purpose.
    apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 $packages 2>&1 </dev/null
  )
}

# Debian starts a service when its package is installed, unless this file says no. The tests want no system-wide engine.
without_starting_daemons() {
  if [ -x "$policy" ] && { "$policy" docker start >/dev/null 2>&1; [ $? -eq 101 ]; }; then
    "$@"
    return
  fi
  [ ! -e "$policy" ] || mv "$policy" "$policy.saved"
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  "$@"
  installed=$?
  rm -f "$policy"
  [ ! -e "$policy.saved" ] || mv "$policy.saved" "$policy"
  return $installed
}
