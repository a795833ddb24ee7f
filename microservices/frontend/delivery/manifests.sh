#!/usr/bin/env bash
# Prints the manifests of this release: k8s/ with the image of this commit and the environment's settings.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REPOSITORY_URI:?}" "${ENVIRONMENT:?}"
tag=$(cat image-tag)
overlay=$(mktemp -d ./overlay.XXXXXX)
trap 'rm -rf "$overlay"' EXIT

annotation=/metadata/annotations/alb.ingress.kubernetes.io~1
ingress=()
autoscaler=
if [[ $ENVIRONMENT == development ]]; then
  # Small: one pod is enough until there is load.
  autoscaler="
  - target: { kind: HorizontalPodAutoscaler }
    patch: |
      - { op: replace, path: /spec/minReplicas, value: 1 }
      - { op: replace, path: /spec/maxReplicas, value: 3 }"
elif [[ $ENVIRONMENT == production ]]; then
  attributes=idle_timeout.timeout_seconds=60,routing.http.drop_invalid_header_fields.enabled=true
  ingress+=("{ op: replace, path: ${annotation}load-balancer-attributes, value: '$attributes,deletion_protection.enabled=true' }")
fi
if [[ -n ${HOST_NAME:-} ]]; then
  ingress+=(
    "{ op: replace, path: /spec/rules/0/host, value: '$HOST_NAME' }"
    "{ op: replace, path: /spec/tls/0/hosts/0, value: '$HOST_NAME' }"
  )
  [[ -z ${CERTIFICATE_ARN:-} ]] || ingress+=("{ op: add, path: ${annotation}certificate-arn, value: '$CERTIFICATE_ARN' }")
elif [[ $ENVIRONMENT == production ]]; then
  echo 'Production needs HOST_NAME: without one there is no TLS, and sessions would go in plain text.' >&2
  exit 1
else
  echo 'WARNING: no HOST_NAME, so the shop answers plain HTTP at the address of its load balancer.' >&2
  ingress+=(
    '{ op: remove, path: /spec/rules/0/host }'
    '{ op: remove, path: /spec/tls }'
    "{ op: replace, path: ${annotation}listen-ports, value: '[{\"HTTP\": 80}]' }"
    "{ op: remove, path: ${annotation}ssl-redirect }"
    "{ op: remove, path: ${annotation}ssl-policy }"
  )
fi
[[ -z ${WEB_ACL_ARN:-} ]] || ingress+=("{ op: add, path: ${annotation}wafv2-acl-arn, value: '$WEB_ACL_ARN' }")

cat >"$overlay/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../k8s]
components: [$([[ ${MONITORING:-} != on ]] || echo ../k8s/monitoring)]
images:
  - { name: carthub/frontend, newName: "$REPOSITORY_URI", newTag: "$tag" }
patches:
  # The autoscaler rules the number of pods; a number here would undo its own at each deployment.
  - target: { kind: Deployment }
    patch: |
      - { op: remove, path: /spec/replicas }
  - target: { kind: Ingress, name: carthub-ingress }
    patch: |
$(printf '      - %s\n' "${ingress[@]}")$autoscaler
YAML
kubectl kustomize "$overlay"
