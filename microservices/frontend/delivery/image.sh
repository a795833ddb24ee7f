#!/usr/bin/env bash
# Builds the image of this commit and pushes it. Tags are immutable, so an existing image is reused.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REPOSITORY_NAME:?}" "${REPOSITORY_URI:?}"
tag=$(cat image-tag)

if found=$(aws ecr describe-images --repository-name "$REPOSITORY_NAME" --image-ids "imageTag=$tag" 2>&1); then
  echo "The image $tag already exists and is reused."
  exit 0
elif [[ $found != *ImageNotFoundException* ]]; then
  printf 'Could not look up the image %s in ECR:\n%s\n' "$tag" "$found" >&2
  exit 1
fi

password=$(aws ecr get-login-password)
docker login --username AWS --password-stdin "${REPOSITORY_URI%%/*}" <<<"$password"
bases=()
for name in NODE_IMAGE NGINX_IMAGE; do
  [[ -z ${!name:-} ]] || bases+=(--build-arg "$name=${!name}")
done
docker build ${PLATFORM:+--platform "$PLATFORM"} "${bases[@]}" \
  --build-arg "REVISION=$tag" \
  --build-arg "VERSION=$(node -p 'require("./package.json").version')" \
  --tag "$REPOSITORY_URI:$tag" .
docker push "$REPOSITORY_URI:$tag"
