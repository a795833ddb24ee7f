// Files that services share: a producer owns the original, consumers hold copies compared byte for byte.

import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  {
    from: `${BACKEND}/src/modules/identity/guest-prefix.ts`,
    to: `${DATABASE}/src/prune/guest-prefix.ts`,
  },
  { from: `${DATABASE}/test-support/tls-server.ts`, to: `${BACKEND}/test-support/tls-server.ts` },
  ...['embedded-postgres.ts', 'postgres-data-directory.ts'].flatMap((name) =>
    [DATABASE, BACKEND].map((service) => ({
      from: `testbed/postgres/${name}`,
      to: `${service}/test-support/${name}`,
    })),
  ),
  ...['audit', 'image', 'image-tag', 'kubectl', 'manifests', 'scan'].flatMap((name) =>
    [DATABASE, FRONTEND].map((service) => ({
      from: `${BACKEND}/delivery/${name}.sh`,
      to: `${service}/delivery/${name}.sh`,
    })),
  ),
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
