# What manifests.sh patches for the storefront: its Ingress, which becomes the load balancer.
service=frontend

# Its Content-Security-Policy then allows Stripe's fields.
if [[ -n ${STRIPE_PUBLISHABLE_KEY:-} ]]; then
  setting PAYMENT_PROVIDER stripe
fi
annotation=/metadata/annotations/alb.ingress.kubernetes.io~1
ingress=()
if [[ $ENVIRONMENT == production ]]; then
  attributes=idle_timeout.timeout_seconds=60,routing.http.drop_invalid_header_fields.enabled=true
  ingress+=("{ op: replace, path: ${annotation}load-balancer-attributes, value: '$attributes,deletion_protection.enabled=true' }")
fi
if has_host_name 'the shop answers plain HTTP at the address of its load balancer.'; then
  ingress+=(
    "{ op: replace, path: /spec/rules/0/host, value: '$HOST_NAME' }"
    "{ op: replace, path: /spec/tls/0/hosts/0, value: '$HOST_NAME' }"
  )
  if [[ -n ${CERTIFICATE_ARN:-} ]]; then
    ingress+=("{ op: add, path: ${annotation}certificate-arn, value: '$CERTIFICATE_ARN' }")
  fi
else
  ingress+=(
    '{ op: remove, path: /spec/rules/0/host }'
    '{ op: remove, path: /spec/tls }'
    "{ op: replace, path: ${annotation}listen-ports, value: '[{\"HTTP\": 80}]' }"
    "{ op: remove, path: ${annotation}ssl-redirect }"
    "{ op: remove, path: ${annotation}ssl-policy }"
  )
fi
if [[ -n ${WEB_ACL_ARN:-} ]]; then
  ingress+=("{ op: add, path: ${annotation}wafv2-acl-arn, value: '$WEB_ACL_ARN' }")
fi
patch 'kind: Ingress, name: carthub-ingress' "${ingress[@]}"
