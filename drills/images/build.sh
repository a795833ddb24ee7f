#!/usr/bin/env bash
# Builds the images of the three services as they are in the working tree, tagged ":drill".
set -euo pipefail
cd "$(dirname "$0")"
bash ./debian.sh
for service in database backend frontend; do
  buildah bud --quiet --isolation chroot --format docker --layers \
    --build-arg VERSION=drill --build-arg "REVISION=$(git rev-parse HEAD)" \
    --tag "localhost/carthub/$service:drill" "../../microservices/$service"
done
