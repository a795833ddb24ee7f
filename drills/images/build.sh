#!/usr/bin/env bash
# build.sh SERVICE…: builds the images as the working tree is, tagged ":drill".
set -euo pipefail
cd "$(dirname "$0")"
bash ./debian.sh
for service; do
  # The legacy format: OCI's own has no HEALTHCHECK.
  buildah bud --quiet --isolation chroot --format docker --layers \
    --build-arg VERSION=drill --build-arg "REVISION=$(git rev-parse HEAD)" \
    --tag "localhost/carthub/$service:drill" "../../microservices/$service"
done
