// The database service as its container runs: production packages, user 1000, a read-only root file system and an
// empty /tmp.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { DATABASE } from '../../support/database/carthub-db.ts';
import { findPrograms } from '../../support/database/postgres-programs.ts';

const SHIPPED = [
  'dist',
  'migrations',
  'catalog',
  'schema.sql',
  'package.json',
  'package-lock.json',
];

/** $0 is the directory of the program; only /tmp is writable. */
const CONTAINED = `
  set -e
  mount --bind "$0" "$0"
  mount -o remount,bind,ro "$0"
  mount -o remount,bind,ro /
  mount -t tmpfs -o mode=1777 tmpfs /tmp
  mkdir /tmp/app && mount --bind "$0" /tmp/app && mount -o remount,bind,ro /tmp/app
  cd /tmp/app
  exec setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs --inh-caps=-all "$@"
`;

let directory: string;
let server: PostgresServer;
beforeAll(async () => {
  directory = await mkdtemp('/var/tmp/carthub-image-');
  await chmod(directory, 0o755);
  for (const name of SHIPPED) {
    await cp(join(DATABASE, name), join(directory, name), { recursive: true });
  }
  execFileSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], { cwd: directory });
  server = await startTemporaryPostgres({ programs: findPrograms() });
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

it('cannot write outside of /tmp', () => {
  const script = `
    const fs = require('node:fs');
    for (const place of ['/', '/tmp/app', '/var/tmp']) {
      try { fs.writeFileSync(place + '/probe', ''); console.log(place); } catch {}
    }
    console.log('user ' + process.getuid());`;
  expect(contained(process.execPath, '-e', script)).toMatchObject({ out: 'user 1000\n', code: 0 });
});

it.each([
  'migrate',
  'status',
  'check-drift',
  'schema dump',
  'import-catalog catalog/products.csv',
  'prune',
  'backup --to /tmp/backups',
])('runs %s on a read-only root file system', (command) => {
  const { code, out } = contained(process.execPath, 'dist/cli.js', ...command.split(' '));
  expect(out).not.toMatch(/EROFS|EACCES/);
  expect(code, out).toBe(0);
});

function contained(...command: string[]) {
  const args = ['-m', '--propagation', 'private', 'sh', '-c', CONTAINED, directory, ...command];
  const PATH = `${findPrograms()}/bin:${process.env.PATH}`;
  const env = { PATH, HOME: '/nonexistent', DATABASE_URL: server.url() };
  const { status, stdout, stderr } = spawnSync('unshare', args, { env, encoding: 'utf8' });
  return { code: status, out: `${stdout}${stderr}` };
}
