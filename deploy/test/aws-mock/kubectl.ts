import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const MANIFEST = resolve(
  import.meta.dirname,
  '../../../microservices/database/k8s/import-catalog-cron-job.yaml',
);

/** The database's CronJob, as a cluster has it. */
export function importCronJob(): unknown {
  return parse(readFileSync(MANIFEST, 'utf8'));
}

/** Puts the fake kubectl into a folder of the PATH. It needs `FAKE_FOLDER`, the parent, and `FAKE_ADDRESS`. */
export function installKubectl(folder: string): void {
  writeFileSync(join(folder, 'import-cron-job.json'), JSON.stringify(importCronJob()));
  writeFileSync(join(folder, 'kubectl'), KUBECTL, { mode: 0o755 });
}

const KUBECTL = `#!/usr/bin/env bash
# Records its arguments and answers for the cluster. What it does not know fails, as in another namespace.
if [ "$1" = version ]; then echo "Client Version: \${FAKE_VERSION:-v1.36.0}"; exit; fi
echo "$*" >>"$FAKE_FOLDER/kubectl.log"
if [ -e "$FAKE_FOLDER/kubectl-fails" ] && [[ "$*" == *"$(cat "$FAKE_FOLDER/kubectl-fails")"* ]]; then
  rm "$FAKE_FOLDER/kubectl-fails"
  echo 'error: You must be logged in to the server (Unauthorized)' >&2
  exit 1
fi
args=$*
label=\${args##*-l }
label=\${label%% *}
case "$*" in
  'apply -k '*) echo 'namespace/shopping-cart configured'; exit ;;
  '-n shopping-cart '*) ;;
  *) echo "error: not in the shop's namespace: $*" >&2; exit 1 ;;
esac
case "$*" in
  *'get ingress carthub-ingress'*) printf '%s' "$FAKE_ADDRESS" ;;
  *'get ingress -o json'*) curl -sS "http://$FAKE_ADDRESS/ingresses" ;;
  *'annotate ingress'*) curl -sS -G "http://$FAKE_ADDRESS/ingresses/annotate" --data-urlencode "attributes=\${*##*load-balancer-attributes=}" ;;
  *'delete ingress'*) curl -sS --fail-with-body "http://$FAKE_ADDRESS/ingresses/delete" >&2 ;;
  *'get cronjob database-import-catalog -o json') cat "$FAKE_FOLDER/bin/import-cron-job.json" ;;
  *'get jobs -l '*' -o json') curl -sS -G "http://$FAKE_ADDRESS/cluster/jobs" --data-urlencode "label=$label" ;;
  *'create -f -') curl -sS --fail-with-body --data-binary @- "http://$FAKE_ADDRESS/cluster/objects" >&2 ;;
  *'delete job '*) curl -sS --fail-with-body -X DELETE "http://$FAKE_ADDRESS/cluster/jobs/\${!#}" ;;
  *'delete configmap -l '*) curl -sS -X DELETE "http://$FAKE_ADDRESS/cluster/configmaps?label=$label" ;;
  *'logs job/'*' --tail=6')
    name=\${args#*logs job/}
    curl -sS --fail-with-body "http://$FAKE_ADDRESS/cluster/jobs/\${name%% *}/log" ;;
  *'get deployment backend-deployment -o json')
    printf '{"spec":{"template":{"spec":{"containers":[{"envFrom":[{"configMapRef":{"name":"backend-config"}}]}]}}}}' ;;
  *'get configmap backend-config '*PAYMENT_PROVIDER*) printf '%s' "$FAKE_PAYMENT_PROVIDER" ;;
  *) echo "error: the fake kubectl does not know: $*" >&2; exit 1 ;;
esac
`;
