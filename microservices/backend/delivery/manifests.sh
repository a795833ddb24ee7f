#!/usr/bin/env bash
# Prints the manifests of this release: k8s/ with the image of this commit and the environment's settings.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REPOSITORY_URI:?}" "${ENVIRONMENT:?}" "${AWS_REGION:?}" "${OIDC_ISSUER:?}" "${OIDC_AUDIENCE:?}"
tag=$(cat image-tag)
overlay=$(mktemp -d ./overlay.XXXXXX)
trap 'rm -rf "$overlay"' EXIT

settings=("ENVIRONMENT=$ENVIRONMENT" "OIDC_ISSUER=$OIDC_ISSUER" "OIDC_AUDIENCE=$OIDC_AUDIENCE")
autoscaler=
if [[ $ENVIRONMENT == development ]]; then
  settings+=(LOG_LEVEL=debug)
  # Small: one pod is enough until there is load.
  autoscaler="
  - target: { kind: HorizontalPodAutoscaler }
    patch: |
      - { op: replace, path: /spec/minReplicas, value: 1 }
      - { op: replace, path: /spec/maxReplicas, value: 3 }"
fi
if [[ -z ${HOST_NAME:-} ]]; then
  if [[ $ENVIRONMENT == production ]]; then
    echo 'Production needs HOST_NAME: without one there is no TLS, and sessions would go in plain text.' >&2
    exit 1
  fi
  echo 'WARNING: no HOST_NAME, so the shop speaks plain HTTP and COOKIE_SECURE is off. Nothing real belongs in it.' >&2
  settings+=(COOKIE_SECURE=off)
fi

cat >"$overlay/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../k8s]
components: [$([[ ${MONITORING:-} != on ]] || echo ../k8s/monitoring)]
images:
  - { name: carthub/backend, newName: "$REPOSITORY_URI", newTag: "$tag" }
configMapGenerator:
  - name: backend-config
    namespace: shopping-cart
    behavior: merge
    literals:
$(printf '      - "%s"\n' "${settings[@]}")
patches:
  # The autoscaler rules the number of pods; a number here would undo its own at each deployment.
  - target: { kind: Deployment }
    patch: |
      - { op: remove, path: /spec/replicas }
  - target: { kind: SecretProviderClass }
    patch: |
      - { op: replace, path: /spec/parameters/region, value: "$AWS_REGION" }$autoscaler
replacements:
  # No environment can read another one's secrets by mistake: their names hold its own.
  - source: { kind: ConfigMap, name: backend-config, fieldPath: data.ENVIRONMENT }
    targets:
      - select: { kind: SecretProviderClass }
        fieldPaths: [spec.parameters.objects]
        options: { delimiter: '/', index: 1 }
YAML
kubectl kustomize "$overlay"
