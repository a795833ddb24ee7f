import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startTemporaryPostgres } from '../../testbed/postgres/embedded-postgres.ts';
import { LOG_SETTINGS } from '../start/database-log.ts';

type Settings = Readonly<Record<string, string>>;

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The parameters of the database in a template, without those that only RDS has. */
function parameterGroup(environment: string): Settings {
  const template: {
    Resources: Record<string, { Type: string; Properties?: { Parameters?: Settings } }>;
  } = JSON.parse(read(`infrastructure_cdk/test/templates/${environment}/data.json`));
  const group = Object.values(template.Resources).find(
    ({ Type }) => Type === 'AWS::RDS::DBParameterGroup',
  );
  return Object.fromEntries(
    Object.entries(group?.Properties?.Parameters ?? {}).filter(
      ([name]) => !name.startsWith('rds.'),
    ),
  );
}

function composeSettings(): Settings {
  const pairs = [...read('compose.yaml').matchAll(/-c, (\w+)=(\w+)/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

const MARKS = ['ada@example.com', '12 Main Street', 'only-in-the-row'];
const [EMAIL = '', STREET = '', REST = ''] = MARKS;

/** Everything that makes PostgreSQL log values: slow statements, and errors with the key, row, token or context. */
const STATEMENTS: readonly [string, string, readonly unknown[]][] = [
  ['a slow statement', 'select $1::text, $2::text, pg_sleep(0.3)', [EMAIL, STREET]],
  ['a unique violation', 'insert into people values ($1, $2, 1, $3)', [EMAIL, STREET, REST]],
  ['a failed check', 'insert into people values ($1, $2, -1, $3)', ['b', STREET, REST]],
  ['a missing value', 'insert into people values ($1, null, 1, $2)', [EMAIL, REST]],
  ['an unknown reference', 'insert into orders values ($1)', [STREET]],
  ['invalid JSON', 'select $1::json', [`{"email": ${EMAIL}}`]],
  ['an error in a function', 'select fail($1)', [EMAIL]],
];

async function logOf(settings: Settings): Promise<string> {
  await using server = await startTemporaryPostgres({ settings });
  const client = new pg.Client(server.url());
  await client.connect();
  await client.query(`
    create table people (email text primary key, street text not null, age int check (age > 0), rest text);
    create table orders (email text references people);
    create function fail(a text) returns int language plpgsql as $$
      begin return 1 / (length(a) - length(a)); end $$`);
  await client.query('insert into people values ($1, $2, 1, $3)', [EMAIL, STREET, REST]);
  for (const [, text, values] of STATEMENTS)
    await client.query(text, [...values]).catch(() => undefined);
  await client.end();
  return readFile(join(server.home, 'server.log'), 'utf8');
}

const marksIn = (log: string) => MARKS.filter((mark) => log.includes(mark));

describe('PostgreSQL’s log', () => {
  it.each([
    ['on RDS in development', parameterGroup('development')],
    ['on RDS in production', parameterGroup('production')],
    ['in containers', { log_min_duration_statement: '250', ...composeSettings() }],
    ['of npm start', { log_min_duration_statement: '250', ...LOG_SETTINGS }],
  ])('has slow statements and errors without what shoppers entered, %s', async (_, settings) => {
    const log = await logOf(settings);
    expect(marksIn(log)).toEqual([]);
    expect(log).toMatch(/duration: \d+\.\d+ ms {2}execute <unnamed>: select \$1::text/);
    expect(log.match(/ERROR: {2}/g)).toHaveLength(STATEMENTS.length - 1);
  });

  it('would have all of it by default', async () => {
    expect(marksIn(await logOf({ log_min_duration_statement: '250' }))).toEqual(MARKS);
  });
});
