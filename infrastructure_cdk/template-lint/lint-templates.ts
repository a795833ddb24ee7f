// `npm run lint:templates`: cfn-lint and cfn-guard over the templates of both environments and of other
// inputs. First each of them has to find a fault that is put into a copy.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { judge } from './evaluate.ts';
import { ACCEPTED_BY_GUARD, ACCEPTED_BY_LINT, type Accepted } from './suppressions.ts';
import { type Finding, guard, lint, versions } from './tools.ts';
import { synthesizeVariants } from './variants.ts';

interface Tool {
  readonly name: string;
  readonly run: (files: readonly string[]) => Finding[];
  readonly accepted: readonly Accepted[];
  /** In the template of the database: what is changed in its text, and the rule that has to say so. */
  readonly fault: readonly [before: string, after: string, rule: string];
}

const TOOLS: readonly Tool[] = [
  {
    name: versions(),
    run: lint,
    accepted: ACCEPTED_BY_LINT,
    fault: ['"BackupRetentionPeriod": 14', '"BackupRetentionPeriod": "two weeks"', 'E3012'],
  },
  {
    name: 'cfn-guard, Control Tower',
    run: guard,
    accepted: ACCEPTED_BY_GUARD,
    fault: ['"StorageEncrypted": true', '"StorageEncrypted": false', 'CT.RDS.PR.24'],
  },
];

function findsFault(
  { name, run, fault: [before, after, rule] }: Tool,
  files: readonly string[],
): boolean {
  const file =
    files.find((each) => each.endsWith('production/CarthubDataStack.template.json')) ?? '';
  const text = readFileSync(file, 'utf8');
  const copy = join(dirname(file), 'fault.json');
  writeFileSync(copy, text.replace(before, after));
  const rules = run([copy]).map((finding) => finding.rule);
  rmSync(copy);
  if (text.includes(before) && rules.includes(rule)) return true;
  console.error(`${name} does not find ${after} (${rule}); it finds ${[...new Set(rules)]}.`);
  return false;
}

function isClean({ name, run, accepted }: Tool, files: readonly string[]): boolean {
  const { refused, acceptedCount, idle } = judge(run(files), accepted);
  for (const { rule, file, resource, message } of refused)
    console.error(`${rule} ${basename(dirname(file))}/${basename(file)} ${resource}: ${message}`);
  for (const { rule, resources } of idle)
    console.error(`${rule} is accepted of ${resources}, and found nowhere: take it out.`);
  console.log(
    `${name}: ${files.length} templates, ${refused.length} findings, ${acceptedCount} accepted for ${accepted.length} reasons.`,
  );
  return refused.length === 0 && idle.length === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'carthub-templates-'));
try {
  const files = synthesizeVariants(folder);
  const results = TOOLS.flatMap((tool) => [findsFault(tool, files), isClean(tool, files)]);
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
