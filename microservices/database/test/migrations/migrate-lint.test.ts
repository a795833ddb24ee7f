import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createScratch } from '../../test-support/scratch.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The result of "npm run lint:migrations" for a file. */
async function lint(sql: string): Promise<{ exitCode: number; output: string }> {
  const scratch = await createScratch();
  onTestFinished(() => scratch[Symbol.asyncDispose]());
  const file = await scratch.write('0003_third.sql', `${sql}\n`);
  return new Promise((done) => {
    const child = execFile('npx', ['squawk', '--reporter', 'gcc', file], { cwd: ROOT });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: string) => {
        output += chunk;
      });
    }
    child.on('close', (code) => done({ exitCode: code ?? -1, output }));
  });
}

test.each([
  ['alter table carts add column x bigint not null;', 'adding-required-field'],
  ['create index i on carts (version);', 'require-concurrent-index-creation'],
  ['alter table carts rename column version to v;', 'renaming-column'],
  ['alter table carts rename to baskets;', 'renaming-table'],
  ['alter table carts drop column version;', 'ban-drop-column'],
  ['drop table carts;', 'ban-drop-table'],
  ['alter table carts alter column version type numeric;', 'changing-column-type'],
  ['alter table carts alter column version set not null;', 'adding-not-nullable-field'],
  ['alter table carts add constraint c check (version > 1);', 'constraint-missing-not-valid'],
  [
    'alter table carts add column x uuid not null default gen_random_uuid();',
    'adding-field-with-default',
  ],
])('finds the danger in: %s', async (sql, rule) => {
  const { exitCode, output } = await lint(sql);
  expect(output).toContain(rule);
  expect(exitCode).toBe(1);
});

test.each([
  ['alter table carts add column note text;'],
  ["alter table carts add column note text not null default '';"],
  ['alter table carts add constraint c check (version > 1) not valid;'],
  ['create table notes (note_id uuid primary key); create index n on notes (note_id);'],
  [
    `-- carthub: concurrently
     -- squawk-disable-assume-in-transaction
     drop index concurrently if exists i;
     create index concurrently i on carts (version);
     alter table carts validate constraint c;`,
  ],
])('accepts: %s', async (sql) => {
  expect(await lint(sql)).toMatchObject({ exitCode: 0 });
});
