# What manifests.sh sets and patches for the backend.
service=backend
: "${OIDC_ISSUER:?}" "${OIDC_AUDIENCE:?}"

setting ENVIRONMENT "$ENVIRONMENT"
setting OIDC_ISSUER "$OIDC_ISSUER"
setting OIDC_AUDIENCE "$OIDC_AUDIENCE"
[[ -z ${SNS_TOPIC_ARN:-} ]] || setting SNS_TOPIC_ARN "$SNS_TOPIC_ARN"
[[ -z ${EVENT_BUS_ARN:-} ]] || setting EVENT_BUS_ARN "$EVENT_BUS_ARN"
if [[ $ENVIRONMENT == development ]]; then
  setting LOG_LEVEL debug
  patch 'kind: Deployment, name: worker-deployment' '{ op: replace, path: /spec/replicas, value: 1 }'
fi
if [[ -n ${STRIPE_PUBLISHABLE_KEY:-} ]]; then
  components+=(../k8s/stripe)
  setting STRIPE_PUBLISHABLE_KEY "$STRIPE_PUBLISHABLE_KEY"
elif [[ $ENVIRONMENT == production ]]; then
  cat >&2 <<TEXT
Production needs STRIPE_PUBLISHABLE_KEY: its backend does not start with the test payment provider, which takes no money.
Put Stripe's secret key and webhook secret into the secret carthub/production/payments/stripe, then deploy with
--context stripePublishableKey=pk_live_… (README.md, "Payments"). Without an account of Stripe, deploy development.
TEXT
  exit 1
fi
if ! has_host_name 'the shop uses plain HTTP and COOKIE_SECURE is off. Keep real data out of it.'; then
  setting COOKIE_SECURE off
fi
