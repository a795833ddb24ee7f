// Writes schema.sql: the dump of an empty database after all migrations.

import { writeFile } from 'node:fs/promises';
import { startTemporaryPostgres } from './embedded-postgres.ts';
import { runCli } from './run-cli.ts';

await using server = await startTemporaryPostgres();
for (const args of [['migrate'], ['schema', 'dump']]) {
  const { exitCode, out, err } = await runCli(server.url(), args);
  if (exitCode !== 0) throw new Error(err);
  if (args[0] === 'schema') await writeFile(new URL('../schema.sql', import.meta.url), out);
}
