#!/usr/bin/env bash
# Prints the manifests of this release: k8s/ with the image of this commit and the environment's settings.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${REPOSITORY_URI:?}" "${ENVIRONMENT:?}" "${AWS_REGION:?}" "${BACKUP_PLACE:?}"
tag=$(cat image-tag)
overlay=$(mktemp -d ./overlay.XXXXXX)
trap 'rm -rf "$overlay"' EXIT

cat >"$overlay/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../k8s]
images:
  - { name: carthub/database, newName: "$REPOSITORY_URI", newTag: "$tag" }
patches:
  - target: { kind: ConfigMap, name: database-config }
    patch: |
      - { op: replace, path: /data/BACKUP_PLACE, value: "$BACKUP_PLACE" }
      - { op: replace, path: /data/AWS_REGION, value: "$AWS_REGION" }
  # It is the cluster's set-up that makes it: a pipeline administers what is in it, and not the namespace.
  - patch: |
      \$patch: delete
      apiVersion: v1
      kind: Namespace
      metadata: { name: shopping-cart }
  - target: { kind: SecretProviderClass }
    patch: |
      - { op: replace, path: /spec/parameters/region, value: "$AWS_REGION" }
  # Tells the replacement below the environment; nothing reads it in the cluster.
  - target: { kind: ConfigMap, name: database-config }
    patch: |
      - { op: add, path: /data/ENVIRONMENT, value: "$ENVIRONMENT" }
replacements:
  # Each release has a migration Job of its own, named after its image.
  - source:
      kind: Job
      fieldPath: spec.template.spec.containers.0.image
      options: { delimiter: ':', index: 1 }
    targets:
      - select: { kind: Job }
        fieldPaths: [metadata.name]
        options: { delimiter: '-', index: 2 }
  # No environment can read another one's secrets by mistake: their names hold its own.
  - source: { kind: ConfigMap, name: database-config, fieldPath: data.ENVIRONMENT }
    targets:
      - select: { kind: SecretProviderClass }
        fieldPaths: [spec.parameters.objects]
        options: { delimiter: '/', index: 1 }
YAML
kubectl kustomize "$overlay"
