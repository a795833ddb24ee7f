#!/usr/bin/env bash
# Prints the manifests of this release: k8s/ with the image of this commit, by digest, and the environment's settings.
# With --check, before there is an image, it prints nothing and only fails for a missing setting. overlay.sh has what
# differs between services: it names the service and calls the functions below.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REPOSITORY_URI:?}" "${ENVIRONMENT:?}"
tag=$(cat image-tag)
if [[ ${1:-} == --check ]]; then
  digest=sha256:$(printf '0%.0s' {1..64})
  exec >/dev/null
else
  digest=$(cat image-digest)
fi
overlay=$(mktemp -d ./overlay.XXXXXX)
trap 'rm -rf "$overlay"' EXIT
components=() settings=() patches=() replacements=()

# setting NAME VALUE: adds a variable to the service's generated ConfigMap.
setting() {
  settings+=("$1=$2")
}

# patch TARGET OPERATION…: applies JSON patch operations to the objects that TARGET selects.
patch() {
  local operations
  printf -v operations '\n      - %s' "${@:2}"
  patches+=("target: { $1 }"$'\n    patch: |'"$operations")
}

# has_host_name CONSEQUENCE: without a host name there is no TLS. Production refuses that; others warn.
has_host_name() {
  [[ -z ${HOST_NAME:-} ]] || return 0
  if [[ $ENVIRONMENT == production ]]; then
    echo 'Production needs HOST_NAME: without it there is no TLS, and sessions would be sent in plain text.' >&2
    exit 1
  fi
  echo "WARNING: no HOST_NAME, so $1" >&2
  return 1
}

# section NAME ITEM…: prints a list of the kustomization, unless it is empty.
section() {
  (($# > 1)) || return 0
  printf '%s:\n' "$1"
  printf '  - %s\n' "${@:2}"
}

source delivery/overlay.sh

if [[ ${MONITORING:-} == on && -d k8s/monitoring ]]; then
  components+=(../k8s/monitoring)
fi
if [[ -f k8s/autoscaler.yaml ]]; then
  # The autoscaler owns the replica count: a number here would undo its decision at each deployment.
  patch "kind: Deployment, name: $service-deployment" '{ op: remove, path: /spec/replicas }'
  if [[ $ENVIRONMENT == development ]]; then
    # A cluster of one node is enough: there, a second zone would never come.
    patch 'kind: Deployment' \
      '{ op: replace, path: /spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable, value: ScheduleAnyway }' \
      '{ op: remove, path: /spec/template/spec/topologySpreadConstraints/0/minDomains }'
    patch 'kind: HorizontalPodAutoscaler' \
      '{ op: replace, path: /spec/minReplicas, value: 1 }' \
      '{ op: replace, path: /spec/maxReplicas, value: 3 }'
  fi
fi
if grep -q '^kind: SecretProviderClass' k8s/*.yaml; then
  patch 'kind: SecretProviderClass' "{ op: replace, path: /spec/parameters/region, value: '${AWS_REGION:?}' }"
  # Secret names contain the environment, so no environment can read the secrets of another by mistake.
  replacements+=("source: { kind: ConfigMap, name: $service-config, fieldPath: data.ENVIRONMENT }
    targets:
      - select: { kind: SecretProviderClass }
        fieldPaths: [spec.parameters.objects]
        options: { delimiter: '/', index: 1 }")
fi

{
  cat <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../k8s]
images:
  - { name: carthub/$service, newName: "$REPOSITORY_URI", newTag: "$tag", digest: "$digest" }
YAML
  section components "${components[@]}"
  section patches "${patches[@]}"
  section replacements "${replacements[@]}"
  if ((${#settings[@]} > 0)); then
    cat <<YAML
configMapGenerator:
  - name: $service-config
    namespace: shopping-cart
    behavior: merge
    literals:
$(printf '      - "%s"\n' "${settings[@]}")
YAML
  fi
} >"$overlay/kustomization.yaml"
kubectl kustomize "$overlay"
