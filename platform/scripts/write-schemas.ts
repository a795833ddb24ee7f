// `npm run schemas`: writes schemas/*.generated.json from the OpenAPI of the cluster's Kubernetes version
// and from the definitions of the custom kinds in use; `-- --check` compares. Needs Go, whose module
// proxy keeps those repositories.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isObject, type JsonObject } from '../src/json.ts';
import { extractBuiltIn, extractCustom } from '../src/schemas/extract.ts';

const KUBERNETES = 'k8s.io/kubernetes@v1.36.3';
const SERVICE_MONITOR = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';
const SECRETS_STORE = 'sigs.k8s.io/secrets-store-csi-driver@v1.5.5';
const CRDS = [
  [SERVICE_MONITOR, 'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml'],
  [SERVICE_MONITOR, 'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml'],
  [SECRETS_STORE, 'config/crd/bases/secrets-store.csi.x-k8s.io_secretproviderclasses.yaml'],
] as const;

const DIRECTORY = join(import.meta.dirname, '../schemas');

const swagger = readObject(KUBERNETES, 'api/openapi-spec/swagger.json', JSON.parse);
write('kubernetes.generated.json', { source: KUBERNETES, ...extractBuiltIn(swagger) });
const custom = CRDS.map(([module, path]) => extractCustom(readObject(module, path, parse)));
write('custom.generated.json', {
  sources: [SERVICE_MONITOR, SECRETS_STORE],
  kinds: Object.assign({}, ...custom),
});

function readObject(module: string, path: string, read: (text: string) => unknown): JsonObject {
  const value = read(readFileSync(join(download(module), path), 'utf8'));
  if (!isObject(value)) throw new Error(`${path} of ${module} holds no object`);
  return value;
}

/** @returns where Go has put the module */
function download(module: string): string {
  const output = execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' });
  const { Dir } = JSON.parse(output);
  return String(Dir);
}

function write(file: string, content: JsonObject): void {
  const path = join(DIRECTORY, file);
  const text = `${JSON.stringify(content, null, 1)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is not what npm run schemas writes.`);
    process.exitCode = 1;
  }
}
