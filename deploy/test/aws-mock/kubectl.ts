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
# Records its arguments and answers for the cluster.
if [ "$1" = version ]; then echo "Client Version: \${FAKE_VERSION:-v1.36.0}"; exit; fi
echo "$*" >>"$FAKE_FOLDER/kubectl.log"
if [ -e "$FAKE_FOLDER/kubectl-fails" ] && [[ "$*" == *"$(cat "$FAKE_FOLDER/kubectl-fails")"* ]]; then
  rm "$FAKE_FOLDER/kubectl-fails"
  echo 'error: You must be logged in to the server (Unauthorized)' >&2
  exit 1
fi
case "$*" in
  *'get ingress carthub-ingress'*) printf '%s' "$FAKE_ADDRESS" ;;
  *'get ingress -o json'*) curl -sS "http://$FAKE_ADDRESS/ingresses" ;;
  *'annotate ingress'*) curl -sS -G "http://$FAKE_ADDRESS/ingresses/annotate" --data-urlencode "attributes=\${*##*load-balancer-attributes=}" ;;
  *'delete ingress'*) curl -sS --fail-with-body "http://$FAKE_ADDRESS/ingresses/delete" >&2 ;;
  *'get cronjob database-import-catalog -o json') cat "$FAKE_FOLDER/bin/import-cron-job.json" ;;
  *'get jobs -l app.kubernetes.io/component=import-catalog -o json') curl -sS "http://$FAKE_ADDRESS/cluster/jobs" ;;
  *'create -f -') curl -sS --fail-with-body --data-binary @- "http://$FAKE_ADDRESS/cluster/objects" >&2 ;;
  *'delete job '*) curl -sS -X DELETE "http://$FAKE_ADDRESS/cluster/jobs/\${!#}" ;;
  *'logs job/'*) curl -sS "http://$FAKE_ADDRESS/cluster/log" ;;
  *'get deployment backend-deployment -o json')
    printf '{"spec":{"template":{"spec":{"containers":[{"envFrom":[{"configMapRef":{"name":"backend-config"}}]}]}}}}' ;;
  *'get configmap backend-config '*PAYMENT_PROVIDER*) printf '%s' "$FAKE_PAYMENT_PROVIDER" ;;
  *apply*) echo 'namespace/shopping-cart configured' ;;
esac
`;
