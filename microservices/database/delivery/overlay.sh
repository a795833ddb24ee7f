# What manifests.sh patches for the database service.
service=database
: "${AWS_REGION:?}" "${BACKUP_PLACE:?}"

# ENVIRONMENT is only the source of the secrets' names; nothing reads it in the cluster.
patch "kind: ConfigMap, name: database-config" \
  "{ op: replace, path: /data/BACKUP_PLACE, value: '$BACKUP_PLACE' }" \
  "{ op: replace, path: /data/AWS_REGION, value: '$AWS_REGION' }" \
  "{ op: add, path: /data/ENVIRONMENT, value: '$ENVIRONMENT' }"

# The cluster's setup creates the namespace; a pipeline has rights inside it only.
patches+=('patch: |
      $patch: delete
      apiVersion: v1
      kind: Namespace
      metadata: { name: shopping-cart }')

# Each release has its own migration Job, named after its image's tag: without the digest.
replacements+=("source:
      kind: Job
      fieldPath: spec.template.spec.containers.0.image
      options: { delimiter: ':', index: 1 }
    targets:
      - select: { kind: Job }
        fieldPaths: [metadata.name]
        options: { delimiter: '-', index: 2 }"
  "source: { kind: Job, fieldPath: metadata.name, options: { delimiter: '@', index: 0 } }
    targets:
      - select: { kind: Job }
        fieldPaths: [metadata.name]")
