#!/usr/bin/env bash
# Builds the image of this commit and pushes it. Tags are immutable, so one that is there already is used.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REPOSITORY_NAME:?}" "${REPOSITORY_URI:?}"
tag=$(cat image-tag)

if found=$(aws ecr describe-images --repository-name "$REPOSITORY_NAME" --image-ids "imageTag=$tag" 2>&1); then
  echo "The image $tag is there already, and is used."
  exit 0
elif [[ $found != *ImageNotFoundException* ]]; then
  printf 'ECR does not say whether the image %s is there:\n%s\n' "$tag" "$found" >&2
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
