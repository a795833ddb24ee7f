// `npm run check:words`: finds words that STYLE.md replaces by the field's own.

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['*.ts', '*.tsx', '*.mjs', '*.md', '*.yaml', '*.sh', '.ci/run'];
/** Applied migrations are never edited; STYLE.md and this file list the words. */
const EXCEPT = [
  'microservices/database/migrations',
  'STYLE.md',
  'local/checks/words.ts',
  // Quotes CloudFormation.
  'deploy/test/aws-mock/cloudformation/cloudformation.ts',
];

const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/\bcatalogues?\b/i, 'catalog'],
  [/\bcan not\b/i, 'cannot'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bwhoever\b/i, 'the noun that is meant'],
  [/\bshall\b/i, 'must'],
];

const args = ['ls-files', '-z', '--', ...FILES, ...EXCEPT.map((path) => `:!${path}`)];
const files = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0').slice(0, -1);
const problems = (await Promise.all(files.map(findIn))).flat();
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'The words follow STYLE.md.' : `${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function findIn(file: string): Promise<string[]> {
  const lines = (await readFile(join(ROOT, file), 'utf8')).split('\n');
  return lines.flatMap((line, index) =>
    REPLACED.filter(([pattern]) => pattern.test(line)).map(
      ([pattern, instead]) =>
        `${file}:${index + 1}: "${pattern.exec(line)?.[0]}": write "${instead}"`,
    ),
  );
}
