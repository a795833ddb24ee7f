#!/usr/bin/env bash
# Makes the images that the Dockerfiles begin with, here and without a registry, under the names of the
# real ones: Debian bookworm with Node.js 24 and npm, and with nginx. Kept until one of these files changes.
set -euo pipefail
cd "$(dirname "$0")"

NODE_VERSION=24.21.0
NPM_VERSION=11.6.2
NODE_IMAGE=docker.io/library/node:24-bookworm-slim
NGINX_IMAGE=docker.io/nginxinc/nginx-unprivileged:1.29-bookworm
RECIPE=$(cat debian.sh ./*.Dockerfile | sha256sum | cut -c1-16)

is_made() { [ "$(podman image inspect --format '{{index .Labels "recipe"}}' "$1" 2>/dev/null)" = "$RECIPE" ]; }
is_made "$NODE_IMAGE" && is_made "$NGINX_IMAGE" && exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! podman image exists localhost/carthub-debian:bookworm; then
  debootstrap --variant=minbase bookworm "$work/root" http://deb.debian.org/debian >"$work/debootstrap.log" ||
    { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
  tar -C "$work/root" -c . | podman import - localhost/carthub-debian:bookworm
fi

case $(dpkg --print-architecture) in amd64) arch=x64 ;; arm64) arch=arm64 ;; esac
mkdir "$work/node"
npm pack --silent --pack-destination "$work" "node-linux-$arch@$NODE_VERSION"
tar -xzf "$work/node-linux-$arch-$NODE_VERSION.tgz" -C "$work/node" --strip-components=2 package/bin/node
npm install --silent --global --prefix "$work/npm" "npm@$NPM_VERSION"
# A build behind a proxy trusts what this machine trusts.
cp /etc/ssl/certs/ca-certificates.crt "$work/ca-certificates.crt"
printf 'cafile=/etc/ssl/certs/ca-certificates.crt\nregistry=%s\n' "$(npm config get registry)" >"$work/npmrc"

for name in node nginx; do
  image=$([ $name = node ] && echo "$NODE_IMAGE" || echo "$NGINX_IMAGE")
  buildah bud --quiet --isolation chroot --format docker --label "recipe=$RECIPE" \
    --file "$name.Dockerfile" --tag "$image" "$work"
done
