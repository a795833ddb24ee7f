// `npm run schemas`: writes schemas/*.generated.json from the OpenAPI document of the cluster's Kubernetes version
// and from the definitions of the custom kinds in use; `-- --check` compares. Needs Go to download the modules.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isObject, type JsonObject } from '../src/json.ts';
import { extractBuiltIn, extractCustom } from '../src/schemas/extract.ts';
import {
  customDefinitions,
  download,
  KUBERNETES,
  PROMETHEUS_OPERATOR,
  SECRETS_STORE,
} from '../src/schemas/sources.ts';

const DIRECTORY = join(import.meta.dirname, '../schemas');

const swagger = readObject(join(download(KUBERNETES), 'api/openapi-spec/swagger.json'), JSON.parse);
write('kubernetes.generated.json', { source: KUBERNETES, ...extractBuiltIn(swagger) });
const custom = customDefinitions().map((file) => extractCustom(readObject(file, parse)));
write('custom.generated.json', {
  sources: [PROMETHEUS_OPERATOR, SECRETS_STORE],
  kinds: Object.assign({}, ...custom),
});

function readObject(file: string, read: (text: string) => unknown): JsonObject {
  const value = read(readFileSync(file, 'utf8'));
  if (!isObject(value)) throw new Error(`${file} contains no object`);
  return value;
}

function write(file: string, content: JsonObject): void {
  const path = join(DIRECTORY, file);
  const text = `${JSON.stringify(content, null, 1)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is out of date: run "npm run schemas".`);
    process.exitCode = 1;
  }
}
