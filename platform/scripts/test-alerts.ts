// `npm run alerts`: asks Prometheus' own promtool whether the rules are well-formed and whether every
// alert fires when it should, and only then. promtool knows no PrometheusRule, so it gets what is inside.
// install.sh brings it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readAlertTests, readRules } from '../src/alerts/read.ts';
import { fromRoot } from '../src/targets.ts';

const directory = mkdtempSync(join(tmpdir(), 'carthub-alerts-'));
const promtool = (...args: string[]) =>
  execFileSync(fromRoot('.carthub/bin/promtool'), args, { cwd: directory, stdio: 'inherit' });

try {
  const rules = readRules();
  for (const { name, groups } of rules) write(`rules-${name}`, { groups });
  promtool('check', 'rules', '--lint=all', ...rules.map(({ name }) => `rules-${name}`));
  // What an alert says is compared as far as it depends on what happens.
  for (const { name, groups } of rules) write(`said-${name}`, withSummariesAlone(groups));
  const tests = readAlertTests();
  for (const { name, object } of tests) {
    write(`tests-${name}`, { rule_files: rules.map((rule) => `said-${rule.name}`), ...object });
  }
  promtool('test', 'rules', ...tests.map(({ name }) => `tests-${name}`));
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function write(name: string, content: unknown): void {
  writeFileSync(join(directory, name), stringify(content));
}

function withSummariesAlone(groups: unknown): unknown {
  const copy = structuredClone({ groups });
  return JSON.parse(JSON.stringify(copy), (key, value) =>
    key === 'description' || key === 'runbook_url' ? undefined : value,
  );
}
