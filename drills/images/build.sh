#!/usr/bin/env bash
# build.sh SERVICE…: builds the images from the working tree, tagged ":drill". An image whose content has not
# changed is not built again.
set -euo pipefail
cd "$(dirname "$0")"
bash ./debian.sh

# A hash of the service's files that Git does not ignore, of the base images' recipe and of the commit, which is a label.
content_of() {
  (
    cd "../../microservices/$1"
    git ls-files -z --cached --others --exclude-standard | sort -z | xargs -0 sha256sum 2>/dev/null || true
    cat ../../drills/images/*
    git rev-parse HEAD
  ) | sha256sum | cut -c1-16
}

for service; do
  image=localhost/carthub/$service:drill
  content=$(content_of "$service")
  built=$(podman image inspect --format '{{index .Labels "content"}}' "$image" 2>/dev/null || true)
  [ "$built" = "$content" ] && continue
  # The stand-ins have no digest. The legacy format: OCI's own has no HEALTHCHECK.
  buildah bud --quiet --isolation chroot --format docker --layers --label "content=$content" \
    --build-arg NODE_IMAGE=docker.io/library/node:24-bookworm-slim \
    --build-arg NGINX_IMAGE=docker.io/nginxinc/nginx-unprivileged:1.29-bookworm \
    --build-arg VERSION=drill --build-arg "REVISION=$(git rev-parse HEAD)" \
    --tag "$image" "../../microservices/$service"
done
