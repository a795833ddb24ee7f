// The sources of the kinds' definitions: Go modules from the Go module proxy.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export const KUBERNETES = 'k8s.io/kubernetes@v1.36.3';
export const PROMETHEUS_OPERATOR = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';
export const SECRETS_STORE = 'sigs.k8s.io/secrets-store-csi-driver@v1.5.5';

const OPERATOR_CRDS = 'example/prometheus-operator-crd/monitoring.coreos.com_';

/** @returns the files that define the custom kinds in use */
export function customDefinitions(): string[] {
  const [operator, store] = [download(PROMETHEUS_OPERATOR), download(SECRETS_STORE)];
  return [
    join(operator, `${OPERATOR_CRDS}servicemonitors.yaml`),
    join(operator, `${OPERATOR_CRDS}prometheusrules.yaml`),
    join(store, 'config/crd/bases/secrets-store.csi.x-k8s.io_secretproviderclasses.yaml'),
  ];
}

/** @returns the directory of the downloaded module */
export function download(module: string): string {
  const output = execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' });
  return String(JSON.parse(output).Dir);
}
