// Compares env.schema.json, a contract for the checks of deployments, with what readConfig reads.

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readConfig, SETTINGS } from '../src/config/config.ts';
import { PARTS } from '../src/database/connection-parameters.ts';

interface Property {
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly default?: string;
  readonly 'x-files'?: readonly string[];
}

const FILE = new URL('../env.schema.json', import.meta.url);
const schema: { readonly properties: Readonly<Record<string, Property>> } = JSON.parse(
  await readFile(FILE, 'utf8'),
);
const DATABASE_URL = 'postgres://shop@db.example/carthub';
test('env.schema.json lists the variables that the program reads', () => {
  expect(Object.keys(schema.properties).sort()).toEqual([...SETTINGS].sort());
});

test('the defaults of env.schema.json are those of the program', () => {
  const defaults = Object.entries(schema.properties).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default]],
  );
  expect(defaults).toHaveLength(4);
  expect(readConfig({ DATABASE_URL, ...Object.fromEntries(defaults) })).toEqual(
    readConfig({ DATABASE_URL }),
  );
});

test.each([
  ['DATABASE_URL', DATABASE_URL],
  ['DATABASE_URL', 'postgresql://db.example/carthub'],
  ['DATABASE_URL', 'mysql://shop@db.example/carthub'],
  ['DATABASE_URL', 'postgres://shop@db.example'],
  ['DATABASE_TLS', 'verify-full'],
  ['DATABASE_TLS', 'off'],
  ['DATABASE_TLS', 'on'],
  ['MIGRATION_LOCK_TIMEOUT_MS', '0'],
  ['MIGRATION_LOCK_TIMEOUT_MS', '1s'],
  ['MIGRATION_STATEMENT_TIMEOUT_MS', '600000'],
  ['MIGRATION_STATEMENT_TIMEOUT_MS', '-1'],
  ['MIGRATION_LOCK_RETRIES', '99'],
  ['MIGRATION_LOCK_RETRIES', '100'],
  ['CURRENCY', 'JPY'],
  ['CURRENCY', 'yen'],
])('env.schema.json and the program agree on %s=%s', (name, value) => {
  const property = schema.properties[name];
  const isValid =
    property?.enum?.includes(value) ?? new RegExp(property?.pattern ?? '').test(value);
  expect(readConfig({ DATABASE_URL, [name]: value }).ok).toBe(isValid);
});

test('env.schema.json lists the credential files', () => {
  expect(schema.properties.DATABASE_CREDENTIALS_DIR?.['x-files']).toEqual(PARTS);
});
