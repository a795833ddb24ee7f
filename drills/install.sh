#!/usr/bin/env bash
# Installs what the drills need beyond Node, on Debian: PostgreSQL's own programs, PgBouncer, nginx, a server that
# speaks S3, and what builds and runs containers.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
[ -x /usr/lib/postgresql/15/bin/pg_dump ] || packages+=(postgresql-15)
for program in podman buildah runc debootstrap pgbouncer nginx; do
  command -v "$program" >/dev/null || packages+=("$program")
done
# podman's network, and the process that watches a container.
for package in netavark aardvark-dns iptables conmon; do
  dpkg-query -W "$package" >/dev/null 2>&1 || packages+=("$package")
done
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
if [ ${#packages[@]} -gt 0 ]; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${packages[@]}"
fi

MOTO=5.2.5
if ! .carthub/venv/bin/pip show moto 2>/dev/null | grep -q "^Version: $MOTO\$"; then
  mkdir -p .carthub
  python3 -m venv --clear .carthub/venv
  .carthub/venv/bin/pip install --quiet --disable-pip-version-check "moto[server]==$MOTO"
fi

# Without it podman may choose a driver that copies every file for every container.
mkdir -p /etc/containers
[ -e /etc/containers/storage.conf ] || cat >/etc/containers/storage.conf <<'CONF'
[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
CONF
