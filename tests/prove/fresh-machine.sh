#!/usr/bin/env bash
# Proves that the README's two commands are enough on a fresh Debian 12: makes one in a folder with
# debootstrap, clones the last commit into it, runs `./dev run` until its ready line and then
# `./dev test`. Needs root, debootstrap and the network. FRESH_ROOT names another folder.
set -euo pipefail
root=${FRESH_ROOT:-$PWD/build/prove/fresh-machine}
cache=$root.base
clone=/root/sidewire
[ "$(id -u)" = 0 ] || { echo "fresh-machine: needs root" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "fresh-machine: needs debootstrap" >&2; exit 2; }

release_mounts() {
  for mount in proc dev; do
    if mountpoint --quiet "$root/$mount"; then umount --recursive --lazy "$root/$mount"; fi
  done
}
trap release_mounts EXIT
release_mounts

if [ ! -d "$cache" ]; then
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' | head -1)
  mkdir -p "$(dirname "$cache")"
  debootstrap --variant=minbase bookworm "$cache.unfinished" "$mirror"
  mv "$cache.unfinished" "$cache"
fi
rm -rf --one-file-system "$root"
cp --archive "$cache" "$root"
rm -rf "$root"/var/lib/apt/lists/*

# The way to the network is this machine's: names, authorities, proxies, npm's registry.
cp /etc/resolv.conf /etc/hosts "$root/etc/"
environment=(HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin)
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  cp "$NODE_EXTRA_CA_CERTS" "$root/etc/authorities.pem"
  environment+=(NODE_EXTRA_CA_CERTS=/etc/authorities.pem npm_config_cafile=/etc/authorities.pem)
fi
while IFS= read -r variable; do environment+=("$variable"); done \
  < <(env | grep -iE '^(https?_proxy|no_proxy|npm_config_registry)=')
if command -v npm >/dev/null; then
  environment+=("npm_config_registry=$(cd / && npm config get registry 2>/dev/null)")
fi

mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --make-rslave "$root/dev"
git clone --quiet --no-hardlinks . "$root$clone"
inside() { chroot "$root" /usr/bin/env -i "${environment[@]}" bash -c "cd $clone && $1"; }

started=$(date +%s)
# The pipe to standard input stays open until the ready line has come; its end ends the server.
coproc server { inside './dev run --port 0 --exit-on-stdin-eof'; }
server_input=${server[1]} server_pid=$server_PID
IFS= read -r ready <&"${server[0]}" || { echo "fresh-machine: no ready line" >&2; exit 1; }
eval "exec $server_input>&-"
wait "$server_pid"
case $ready in
  '{"event":"ready",'*) echo "./dev run: ready after $(($(date +%s) - started)) s" ;;
  *) echo "fresh-machine: not a ready line" >&2; exit 1 ;;
esac

started=$(date +%s)
inside './dev test </dev/null'
echo "./dev test: passed after $(($(date +%s) - started)) s"
