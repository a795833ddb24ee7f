#!/usr/bin/env bash
# Deploys what the build left: manifests.yaml, image-tag and image-digest. Waits until the release is healthy, and then
# marks its image as deployed. A pipeline in which it fails runs it again with the previous release.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${SERVICE:?}" "${NAMESPACE:?}" "${REPOSITORY_NAME:?}"
tag=$(cat image-tag)
digest=$(cat image-digest)
if ! grep -qF "@$digest" manifests.yaml; then
  echo "manifests.yaml does not name the image $digest: nothing is deployed." >&2
  exit 1
fi

job=job/database-migrate-$tag

# The types of the migration Job's conditions that hold; empty without a Job.
job_state() {
  kubectl get "$job" --namespace "$NAMESPACE" --ignore-not-found --request-timeout=30s \
    --output 'jsonpath={.status.conditions[?(@.status=="True")].type}'
}

# A Job that failed stays failed, and applying it again changes nothing. Applied migrations are not repeated.
forget_failed_migration() {
  local state
  state=$(job_state)
  [[ " $state " != *' Failed '* ]] || kubectl delete "$job" --namespace "$NAMESPACE" --timeout=120s
}

# migrate SECONDS: waits for the end of this release's Job, also while the cluster's API does not respond.
migrate() {
  local deadline=$((SECONDS + $1)) state
  while ((SECONDS < deadline)); do
    state=$(job_state) || true
    case " $state " in
      *' Complete '*) return 0 ;;
      *' Failed '*) break ;;
    esac
    sleep 5
  done
  echo "$job did not complete. Its log:" >&2
  kubectl logs "$job" --namespace "$NAMESPACE" --tail=50 >&2 || true
  return 1
}

# The service's Deployments: the backend's worker is one of its own.
deployments() {
  awk '/^kind: /{ is_deployment = $2 == "Deployment" } is_deployment && /^  name: /{ print "deployment/" $2 }' \
    manifests.yaml
}

is_healthy() {
  local deployment
  for deployment in $(deployments); do
    kubectl rollout status "$deployment" --namespace "$NAMESPACE" --timeout="$1" || return 1
  done
}

# roll_out TIMEOUT: the pods must become ready and still be ready 30 s later. Otherwise all go back to the previous
# release: they share its settings and its schema.
roll_out() {
  is_healthy "$1" && sleep 30 && is_healthy "$1" && return 0
  local deployment
  for deployment in $(deployments); do
    kubectl rollout undo "$deployment" --namespace "$NAMESPACE" || true
  done
  return 1
}

# image FIELD: of the image with this digest. Without the media types ECR may convert a manifest list to one of its
# members (BatchGetImage, acceptedMediaTypes).
image() {
  local oci=application/vnd.oci.image docker=application/vnd.docker.distribution
  aws ecr batch-get-image --repository-name "$REPOSITORY_NAME" --image-ids "imageDigest=$digest" \
    --accepted-media-types "$oci.index.v1+json" "$oci.manifest.v1+json" \
    "$docker.manifest.list.v2+json" "$docker.manifest.v2+json" --query "images[0].$1" --output text
}

# Protects the image from the repository's lifecycle rule, and with it the members of its list (Amazon ECR User Guide,
# "Automate the cleanup of images by using lifecycle policies").
mark_release() {
  local type manifest marked
  type=$(image imageManifestMediaType)
  manifest=$(image imageManifest)
  # ECR refuses a manifest of another digest, and a tag that is set already.
  aws ecr put-image --repository-name "$REPOSITORY_NAME" --image-tag "release-$tag" --image-digest "$digest" \
    --image-manifest-media-type "$type" --image-manifest "$manifest" && return 0
  marked=$(aws ecr describe-images --repository-name "$REPOSITORY_NAME" --image-ids "imageTag=release-$tag" \
    --query 'imageDetails[0].imageDigest' --output text)
  [[ $marked == "$digest" ]]
}

[[ $SERVICE != database ]] || forget_failed_migration
kubectl apply --namespace "$NAMESPACE" -f manifests.yaml
if [[ $SERVICE == database ]]; then
  # Longer than the Job's activeDeadlineSeconds.
  migrate 1860
else
  # Longer than the Deployments' progressDeadlineSeconds.
  roll_out 360s
fi
mark_release
