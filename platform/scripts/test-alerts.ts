// `npm run alerts`: lets promtool check the rules and run the tests in observability/tests. promtool does not know
// PrometheusRule objects, so it gets the rule groups in them, and the collector's configuration. install.sh installs it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readAlertTests, readRules, SCRAPE_CONFIGURATION } from '../src/alerts/read.ts';
import { fromRoot } from '../src/targets.ts';

const directory = mkdtempSync(join(tmpdir(), 'carthub-alerts-'));
const promtool = (...args: string[]) =>
  execFileSync(fromRoot('.carthub/bin/promtool'), args, { cwd: directory, stdio: 'inherit' });

try {
  const rules = readRules();
  for (const { name, groups } of rules) write(`rules-${name}`, { groups });
  promtool('check', 'rules', '--lint=all', ...rules.map(({ name }) => `rules-${name}`));
  // Debian's promtool does not know discovery in Kubernetes.
  const { global, scrape_configs: jobs } = parse(readFileSync(SCRAPE_CONFIGURATION, 'utf8'));
  for (const job of jobs) delete job.kubernetes_sd_configs;
  write('scrape.yaml', { global, scrape_configs: jobs });
  promtool('check', 'config', '--lint=all', 'scrape.yaml');
  // The tests compare summaries; descriptions and links are constant.
  for (const { name, groups } of rules) write(`summaries-${name}`, withSummariesOnly(groups));
  const tests = readAlertTests();
  for (const { name, object } of tests) {
    write(`tests-${name}`, {
      rule_files: rules.map((rule) => `summaries-${rule.name}`),
      ...object,
    });
  }
  promtool('test', 'rules', ...tests.map(({ name }) => `tests-${name}`));
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function write(name: string, content: unknown): void {
  writeFileSync(join(directory, name), stringify(content));
}

function withSummariesOnly(groups: unknown): unknown {
  const copy = structuredClone({ groups });
  return JSON.parse(JSON.stringify(copy), (key, value) =>
    key === 'description' || key === 'runbook_url' ? undefined : value,
  );
}
