#!/usr/bin/env bash
# Builds the image of this commit for amd64 and arm64, pushes it as one manifest list, and writes the list's digest into
# image-digest. Tags are immutable, so an existing image is reused.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REPOSITORY_NAME:?}" "${REPOSITORY_URI:?}" "${BUILDKIT_IMAGE:?}"
tag=$(cat image-tag)
MIRROR=mirror.gcr.io

find_image() {
  aws ecr describe-images --repository-name "$REPOSITORY_NAME" --image-ids "imageTag=$tag" --output json 2>&1
}

# write_digest DESCRIPTION: of the image, from ECR's description of it.
write_digest() {
  if [[ ! $1 =~ \"imageDigest\":[[:space:]]*\"(sha256:[0-9a-f]{64})\" ]]; then
    printf 'ECR did not name the digest of the image %s:\n%s\n' "$tag" "$1" >&2
    exit 1
  fi
  echo "${BASH_REMATCH[1]}" >image-digest
}

if found=$(find_image); then
  echo "The image $tag already exists and is reused."
  write_digest "$found"
  exit 0
elif [[ $found != *ImageNotFoundException* ]]; then
  printf 'Could not look up the image %s in ECR:\n%s\n' "$tag" "$found" >&2
  exit 1
fi

# pull IMAGE: of Docker Hub, but from Google's copy of it if that has the image; prints the name it has now. Docker Hub
# limits anonymous pulls by address, which CodeBuild's builds share (AWS re:Post, "How do I resolve the Docker pull error
# toomanyrequests in CodeBuild"). The digest makes both the same.
pull() {
  local name
  for name in "${1/#docker.io/$MIRROR}" "$1"; do
    if docker pull --quiet "$name" >&2; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

password=$(aws ecr get-login-password)
docker login --username AWS --password-stdin "${REPOSITORY_URI%%/*}" <<<"$password"
bases=()
for name in NODE_IMAGE NGINX_IMAGE; do
  [[ -z ${!name:-} ]] || bases+=(--build-arg "$name=${!name}")
done
# Set if the Dockerfile's last stage runs commands: those of the other processor are emulated.
if [[ -n ${BINFMT_IMAGE:-} ]]; then
  binfmt=$(pull "$BINFMT_IMAGE")
  docker run --privileged --rm "$binfmt" --install amd64,arm64
fi
# Docker's own builder cannot push several platforms (Docker manual, "Multi-platform builds").
if ! docker buildx inspect carthub >/dev/null 2>&1; then
  buildkit=$(pull "$BUILDKIT_IMAGE")
  # For base images of Docker Hub: what the mirror has not comes from the Hub ("Configure BuildKit").
  printf '[registry."docker.io"]\n  mirrors = ["%s"]\n' "$MIRROR" >buildkitd.toml
  docker buildx create --name carthub --driver-opt "image=$buildkit" --buildkitd-config buildkitd.toml
fi
# An attestation would be a member of the list that ECR cannot scan (aws/containers-roadmap#1683).
docker buildx build --builder carthub --platform linux/amd64,linux/arm64 --provenance=false "${bases[@]}" \
  --build-arg "REVISION=$tag" \
  --build-arg "VERSION=$(node -p 'require("./package.json").version')" \
  --tag "$REPOSITORY_URI:$tag" --push .
write_digest "$(find_image)"
