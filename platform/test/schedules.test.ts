import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { at } from '../src/json.ts';
import { fromRoot } from '../src/targets.ts';

const kustomization = (path: string): unknown =>
  parse(readFileSync(fromRoot(`platform/${path}/kustomization.yaml`), 'utf8'));

// The overlay's rendering is checked as a whole (checks.test.ts); the deploy command applies the schedule alone.
it.each([
  ['staging', 'scheduled-scaling'],
  ['production', 'production-schedule'],
])('the schedule of %s is the same in its overlay and for the pipelines', (environment, name) => {
  const component = `../../components/${name}`;
  expect(at(kustomization(`schedules/${environment}`), 'components')).toEqual([component]);
  expect(at(kustomization(`overlays/${environment}`), 'components')).toContain(component);
  for (const path of [`schedules/${environment}`, `overlays/${environment}`])
    expect(JSON.stringify(at(kustomization(path), 'patches') ?? '')).not.toContain('CronJob');
});
