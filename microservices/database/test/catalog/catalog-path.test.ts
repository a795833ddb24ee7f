import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch } from '../../test-support/scratch.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

const HEADER = 'product_id,product_name,description,category,price,stock,image_url\n';
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `p${from + at},Mug,,Kitchen,1.00,1,/a.svg\n`).join(
    '',
  );

const WAITING = `
  select from pg_locks
  where not granted and database = (select oid from pg_database where datname = current_database())`;

test('what is no file is named, and a pipe is not waited for', async () => {
  await using database = await createTestDatabase('empty');
  await using files = await createScratch();
  const at = (name: string) => join(files.path, name);
  await mkdir(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  for (const [path, sentence] of [
    [at('folder'), 'is a directory: name the CSV file in it'],
    [at('pipe'), 'is not a regular file'],
    ['/dev/null', 'is not a regular file'],
    [at('missing.csv'), 'There is no readable file'],
    [at('missing/a.csv'), 'There is no readable file'],
    ['-', 'There is no readable file at -'],
    ['', 'There is no readable file'],
  ] as const) {
    const run = await runCli(database.url, ['import-catalog', path]);
    expect(run).toMatchObject({ exitCode: 1, out: '', err: expect.stringContaining(sentence) });
  }
});

test.each([
  ['grows', (file: string) => appendFile(file, rows(20, 30))],
  ['is cut', (file: string) => truncate(file, HEADER.length + 10)],
])('a file that %s while it is read is not imported', async (_what, change) => {
  await using database = await createTestDatabase();
  await using files = await createScratch();
  const file = await files.write('catalog.csv', HEADER + rows(0, 20));
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query('begin; lock table products in share mode');
  const importing = runCli(database.url, ['import-catalog', file]);
  await waitUntil('the import waits for the lock', async () => {
    const { rowCount } = await other.query(WAITING);
    return rowCount === 1;
  });
  await change(file);
  await other.query('rollback');
  await other.end();
  expect(await importing).toMatchObject({
    exitCode: 1,
    err: 'The file changed while it was read: wait until it is complete, and import it again.\nNothing was imported.\n',
  });
  expect(await database.query('select from products')).toEqual([]);
});
