// `npm run lint:templates`: cfn-lint and cfn-guard over the templates of both environments and of other
// inputs. First each tool must find a fault that is seeded into a copy.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { evaluate } from './evaluate.ts';
import { CFN_GUARD_SUPPRESSIONS, CFN_LINT_SUPPRESSIONS, type Suppression } from './suppressions.ts';
import { type Finding, guard, lint, versions } from './tools.ts';
import { synthesizeVariants } from './variants.ts';

interface Tool {
  readonly name: string;
  readonly run: (files: readonly string[]) => Finding[];
  readonly suppressions: readonly Suppression[];
  /** Text to replace in the database's template, and the rule that must report it. */
  readonly fault: readonly [before: string, after: string, rule: string];
}

const TOOLS: readonly Tool[] = [
  {
    name: versions(),
    run: lint,
    suppressions: CFN_LINT_SUPPRESSIONS,
    fault: ['"BackupRetentionPeriod": 14', '"BackupRetentionPeriod": "two weeks"', 'E3012'],
  },
  {
    name: 'cfn-guard, Control Tower',
    run: guard,
    suppressions: CFN_GUARD_SUPPRESSIONS,
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

function isClean({ name, run, suppressions }: Tool, files: readonly string[]): boolean {
  const { rejected, suppressedCount, unused } = evaluate(run(files), suppressions);
  for (const { rule, file, resource, message } of rejected)
    console.error(`${rule} ${basename(dirname(file))}/${basename(file)} ${resource}: ${message}`);
  for (const { rule, resources } of unused)
    console.error(`${rule} for ${resources} is suppressed but not found: remove the suppression.`);
  console.log(
    `${name}: ${files.length} templates, ${rejected.length} findings, ${suppressedCount} suppressed by ${suppressions.length} suppressions.`,
  );
  return rejected.length === 0 && unused.length === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'carthub-templates-'));
try {
  const files = synthesizeVariants(folder);
  const results = TOOLS.flatMap((tool) => [findsFault(tool, files), isClean(tool, files)]);
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
