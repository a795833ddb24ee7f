import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readAlerts, readAlertTests, readRules } from '../src/alerts/read.ts';
import { readContract } from '../src/contracts/contract.ts';
import { at } from '../src/json.ts';
import { findSchemaProblems } from '../src/schemas/validate.ts';
import { fromRoot } from '../src/targets.ts';

const alerts = readAlerts();
const names = alerts.map(({ name }) => name).sort();
const runbook = readFileSync(fromRoot('docs/runbook.md'), 'utf8');
/** The runbook's text under the heading of each alert. */
const entries = new Map(
  (runbook.split(/^## Alerts$/m)[1]?.split(/^## /m)[0] ?? '')
    .split(/^### /m)
    .slice(1)
    .map((entry) => [entry.split('\n')[0] ?? '', entry] as const),
);

it('every rule matches the schema of its kind and is in the kustomization', () => {
  expect(readRules().flatMap(({ object }) => findSchemaProblems(object))).toEqual([]);
  const applied = readFileSync(fromRoot('platform/observability/kustomization.yaml'), 'utf8');
  for (const { name } of readRules()) expect(applied).toContain(`  - rules/${name}\n`);
});

it('alert names are unique', () => {
  expect(names).toEqual([...new Set(names)]);
  expect(names.length).toBeGreaterThan(15);
});

it.each(alerts.map((alert) => [alert.name, alert] as const))(
  '%s has a severity, a summary, a description and a link to the runbook',
  (name, { severity, annotations }) => {
    expect(severity).toMatch(/^(critical|warning)$/);
    expect(annotations.summary).toMatch(/\w/);
    // Variable parts belong in the summary, which the promtool tests compare.
    expect(annotations.description).toMatch(/^[^{]+\.$/);
    expect(annotations.runbook_url).toBe(`docs/runbook.md#${name.toLowerCase()}`);
  },
);

it('the runbook has exactly one entry for every alert', () => {
  expect([...entries.keys()].sort()).toEqual(names);
  for (const entry of entries.values()) {
    for (const part of ['**Symptom.**', '**Check.**', '**Fix.**']) expect(entry).toContain(part);
  }
});

it('every alert has a test in which it fires and one in which it does not', () => {
  const cases = readAlertTests().flatMap((tests) => tests.cases);
  const tested = (fires: boolean) =>
    [...new Set(cases.filter((each) => each.fires === fires).map(({ alert }) => alert))].sort();
  expect(tested(true)).toEqual(names);
  expect(tested(false)).toEqual(names);
});

it('the rules use only metrics that the backend publishes', () => {
  const { metrics } = readContract('backend', 'metrics.json');
  const known = new Set(Array.isArray(metrics) ? metrics.map((metric) => at(metric, 'name')) : []);
  const used = readRules().flatMap(
    ({ object }) =>
      JSON.stringify(object).match(/\b(http|db|carthub|nodejs)_[a-z0-9_]+(?=[{[])/g) ?? [],
  );
  const withoutSuffix = used.map((name) => name.replace(/_(bucket|count|sum)$/, ''));
  expect(withoutSuffix.filter((name) => !known.has(name))).toEqual([]);
  expect(new Set(withoutSuffix).size).toBeGreaterThan(4);
});
