#!/usr/bin/env bash
# Puts an environment onto the cluster that kubectl points to, in order: the migration first, and the
# services only when it is done; a service that does not become ready goes back to what it was.
#
#   CARTHUB_ACCOUNT=… platform/deploy.sh ENVIRONMENT
#
# The account's number is part of a bucket's name, and of nothing in git. Images are those that the overlay names (README.md).
set -euo pipefail
cd "$(dirname "$0")"

environment=${1:?usage: deploy.sh development|staging|production}
namespace=shopping-cart
account=${CARTHUB_ACCOUNT:?set it to the number of the AWS account}
kubectl=${KUBECTL:-kubectl}
poll=${POLL_SECONDS:-5}

manifests=$(mktemp)
trap 'rm -f "$manifests"' EXIT
"$kubectl" kustomize "overlays/$environment" | sed "s/-backups-ACCOUNT\//-backups-$account\//" >"$manifests"

apply() { "$kubectl" apply -f "$manifests" -l "$1" -o name; }

migrate() {
  local job=$1 state
  while :; do
    state=$("$kubectl" -n "$namespace" get "$job" \
      -o 'jsonpath={.status.conditions[?(@.status=="True")].type}')
    case " $state " in
      *' Complete '*) return 0 ;;
      *' Failed '*)
        echo "$job failed: the services stay as they are." >&2
        "$kubectl" -n "$namespace" logs "$job" --tail=50 >&2 || true
        return 1
        ;;
    esac
    sleep "$poll"
  done
}

roll_out() {
  local deployment=deployment/$1-deployment
  apply "app.kubernetes.io/name=$1"
  "$kubectl" -n "$namespace" rollout status "$deployment" --timeout=10m && return 0
  echo "$deployment did not become ready: back to what it was." >&2
  "$kubectl" -n "$namespace" rollout undo "$deployment"
  return 1
}

# All but the two services: what has no such label is taken by "notin" as well.
applied=$(apply 'app.kubernetes.io/name notin (backend, frontend)')
echo "$applied"
migrate "$(grep '^job.batch/database-migrate-' <<<"$applied")"
roll_out backend
roll_out frontend
