# What manifests.sh sets and patches for the backend.
service=backend
: "${OIDC_ISSUER:?}" "${OIDC_AUDIENCE:?}"

setting ENVIRONMENT "$ENVIRONMENT"
setting OIDC_ISSUER "$OIDC_ISSUER"
setting OIDC_AUDIENCE "$OIDC_AUDIENCE"
if [[ $ENVIRONMENT == development ]]; then
  setting LOG_LEVEL debug
  patch 'kind: Deployment, name: worker-deployment' '{ op: replace, path: /spec/replicas, value: 1 }'
fi
if ! has_host_name 'the shop uses plain HTTP and COOKIE_SECURE is off. Keep real data out of it.'; then
  setting COOKIE_SECURE off
fi
