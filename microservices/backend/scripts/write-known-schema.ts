// Writes the number of the newest migration in contracts/schema.sql into the program, which ships without that file.

import { readFile } from 'node:fs/promises';
import { generate } from './generated-file.ts';

const SCHEMA = new URL('../contracts/schema.sql', import.meta.url);
const MODULE = new URL('../src/http/probes/known-schema.generated.ts', import.meta.url);
const VERSION = /^insert into public\.schema_version \([^)]*\) values \((\d+),/gm;

const versions = [...(await readFile(SCHEMA, 'utf8')).matchAll(VERSION)].map(([, number]) =>
  Number(number),
);
if (versions.length === 0) throw new Error(`${SCHEMA.pathname} names no migration.`);
await generate(
  MODULE,
  `// Written by "npm run known-schema" from contracts/schema.sql.

/** The newest migration of the schema that this release was made for. */
export const KNOWN_SCHEMA_VERSION = ${Math.max(...versions)};
`,
);
