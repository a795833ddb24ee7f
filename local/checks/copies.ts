// Files that services share: a producer owns the original, consumers hold copies compared byte for byte.

import { copyFile, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

interface Copy {
  readonly from: string;
  readonly to: string;
}

const DATABASE = 'microservices/database';
const BACKEND = 'microservices/backend';
const FRONTEND = 'microservices/frontend';
const INFRASTRUCTURE = 'infrastructure_cdk';

const COPIES: readonly Copy[] = [
  { from: `${BACKEND}/openapi.json`, to: `${FRONTEND}/contracts/openapi.json` },
  { from: `${DATABASE}/schema.sql`, to: `${BACKEND}/contracts/schema.sql` },
  {
    from: `${DATABASE}/src/database/connection-parameters.ts`,
    to: `${BACKEND}/src/config/connection-parameters.ts`,
  },
  ...['config/unknown-variables.ts', 'database/connection-parameters.ts'].map((name) => ({
    from: `${DATABASE}/src/${name}`,
    to: `local/start/settings/${basename(name)}`,
  })),
  ...['currencies.ts', 'unknown-variables.ts'].map((name) => ({
    from: `${DATABASE}/src/config/${name}`,
    to: `${BACKEND}/src/config/${name}`,
  })),
  {
    from: `${DATABASE}/src/database/session-settings.ts`,
    to: `${BACKEND}/src/config/session-settings.ts`,
  },
  {
    from: `${BACKEND}/src/modules/identity/guest-prefix.ts`,
    to: `${DATABASE}/src/prune/guest-prefix.ts`,
  },
  ...[
    'address-rules',
    'address-countries.generated',
    'email-address',
    'latin-digits',
    'postal-code',
  ].map((name) => ({
    from: `${BACKEND}/src/http/address/${name}.ts`,
    to: `${FRONTEND}/src/shared/address/${name}.ts`,
  })),
  {
    from: `${BACKEND}/test-support/postal-codes-in-use.ts`,
    to: `${FRONTEND}/test/support/postal-codes-in-use.ts`,
  },
  { from: `${DATABASE}/test-support/tls-server.ts`, to: `${BACKEND}/test-support/tls-server.ts` },
  ...['embedded-postgres.ts', 'postgres-data-directory.ts'].flatMap((name) =>
    [DATABASE, BACKEND].map((service) => ({
      from: `testbed/postgres/${name}`,
      to: `${service}/test-support/${name}`,
    })),
  ),
  ...[
    ...['deploy', 'image', 'image-tag', 'kubectl', 'manifests', 'variables'].map(
      (name) => `${name}.sh`,
    ),
    ...['allowed-findings', 'audit', 'scan'].map((name) => `${name}.mjs`),
  ].flatMap((name) =>
    [DATABASE, FRONTEND].map((service) => ({
      from: `${BACKEND}/delivery/${name}`,
      to: `${service}/delivery/${name}`,
    })),
  ),
  ...['backend', 'database', 'pods', 'service-level', 'worker'].map((name) => ({
    from: `platform/observability/rules/${name}.yaml`,
    to: `${INFRASTRUCTURE}/contracts/alert-rules/${name}.yaml`,
  })),
  ...['rules.json', 'no-packed-spread.grit'].flatMap((name) =>
    [DATABASE, BACKEND, FRONTEND, INFRASTRUCTURE].map((service) => ({
      from: `biome/${name}`,
      to: `${service}/biome/${name}`,
    })),
  ),
];

export async function findStaleCopies(root: string, copies = COPIES): Promise<string[]> {
  const problems = copies.map(async ({ from, to }) => {
    const [original, copy] = await Promise.all(
      [from, to].map((path) => readFile(join(root, path)).catch(() => undefined)),
    );
    if (original === undefined) return [`${from} is missing.`];
    if (copy?.equals(original)) return [];
    return [`${to} is not ${from}, byte for byte: run "npm run contracts".`];
  });
  return (await Promise.all(problems)).flat();
}

export async function writeCopies(root: string, copies = COPIES): Promise<void> {
  for (const { from, to } of copies) await copyFile(join(root, from), join(root, to));
}
