#!/usr/bin/env bash
# Deploys an environment to kubectl's current cluster: first the migration, then the backend, its worker and the storefront.
# It stops at the first failure and rolls back a service that does not become ready.
#
#   CARTHUB_ACCOUNT=… platform/deploy.sh ENVIRONMENT
#
# The account id is part of the backup bucket's name and is not in git. The overlay sets the images (README.md).
set -euo pipefail
cd "$(dirname "$0")"

environment=${1:?usage: deploy.sh development|staging|production}
namespace=shopping-cart
account=${CARTHUB_ACCOUNT:?set it to the AWS account id}
kubectl=${KUBECTL:-kubectl}
poll=${POLL_SECONDS:-5}

manifests=$(mktemp)
trap 'rm -f "$manifests"' EXIT
"$kubectl" kustomize "overlays/$environment" | sed "s/-backups-ACCOUNT\//-backups-$account\//" >"$manifests"

apply() { "$kubectl" apply -f "$manifests" -l "$1" -o name; }

# The types of the migration Job's conditions that hold; empty without a Job.
job_state() {
  "$kubectl" -n "$namespace" get "$job" --ignore-not-found \
    -o 'jsonpath={.status.conditions[?(@.status=="True")].type}'
}

# A Job that failed stays failed, and applying it again changes nothing. Applied migrations are not repeated.
forget_failed_migration() {
  local state
  state=$(job_state)
  [[ " $state " != *' Failed '* ]] || "$kubectl" -n "$namespace" delete "$job"
}

# The Job ends by itself: it has activeDeadlineSeconds.
migrate() {
  local state
  while :; do
    state=$(job_state)
    case " $state " in
      *' Complete '*) return 0 ;;
      *' Failed '*)
        echo "$job failed: the services are unchanged. Its log:" >&2
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
  echo "$deployment did not become ready: rolling back." >&2
  "$kubectl" -n "$namespace" rollout undo "$deployment"
  return 1
}

job=job.batch/$(grep -om1 'database-migrate-[0-9a-z.-]*' "$manifests")
forget_failed_migration
# Everything except the services; "notin" also matches objects without the label.
apply 'app.kubernetes.io/name notin (backend, worker, frontend)'
migrate
roll_out backend
roll_out worker
roll_out frontend
