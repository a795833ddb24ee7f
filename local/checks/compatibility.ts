// `npm run check:compatibility`: during a rollout the previous release runs on the new schema, so the
// previous release of the backend must pass its own tests on the current schema. An argument names
// another schema file.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { npmCommand, withoutCaller } from '../packages/installed.mjs';
import {
  findPreviousRelease,
  NoHistoryError,
  type Release,
  unpackBackend,
} from './previous-release.ts';

const ROOT = join(import.meta.dirname, '../..');
const STEPS = [['ci', '--no-audit', '--no-fund'], ['test']];
const APPLIED =
  /^insert into public\.schema_version .* values \((?<version>\d+),.*?(?<breaking>, true)?\);$/gm;

const schemaFile = resolve(process.argv[2] ?? join(ROOT, 'microservices/database/schema.sql'));
const schema = readFileSync(schemaFile, 'utf8');
const release = findOrExit();
console.log(`The previous release of the backend is ${release.commit}: ${release.reason}.`);
const directory = unpackBackend(ROOT, release);
try {
  const contract = join(directory, 'contracts/schema.sql');
  const known = Math.max(
    ...readVersions(readFileSync(contract, 'utf8')).map(({ version }) => version),
  );
  const breaking = readVersions(schema).filter((each) => each.breaking && each.version > known);
  if (breaking.length > 0) {
    const versions = breaking.map(({ version }) => version).join(', ');
    console.log(
      `Migration ${versions} is marked as breaking: that release refuses it ` +
        '(schema-too-new), so there is nothing to test.',
    );
  } else {
    writeFileSync(contract, schema);
    runTests();
    console.log(`\nThe previous release works on the schema in ${schemaFile}.`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function findOrExit(): Release {
  try {
    return findPreviousRelease(ROOT);
  } catch (error) {
    if (!(error instanceof NoHistoryError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

function readVersions(sql: string): { version: number; breaking: boolean }[] {
  return [...sql.matchAll(APPLIED)].map(({ groups }) => {
    return { version: Number(groups?.version), breaking: groups?.breaking !== undefined };
  });
}

function runTests(): void {
  const [program = 'npm', ...npmArgs] = npmCommand(process.env);
  for (const step of STEPS) {
    console.log(`\n── the previous release: npm ${step.join(' ')}`);
    const env = withoutCaller(process.env);
    execFileSync(program, [...npmArgs, ...step], { cwd: directory, env, stdio: 'inherit' });
  }
}
