import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { deploySteps } from '../../src/steps/deploy/deploy-steps.ts';
import { schedule } from '../../src/steps/deploy/schedule.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carthub-schedule-'));
  const kubectl = join(folder, 'kubectl');
  writeFileSync(kubectl, '#!/usr/bin/env bash\necho "$@" >>"$CALLS"\nexit "$EXIT"\n');
  chmodSync(kubectl, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the step with a kubectl that ends with `exit`. @returns what kubectl was called with */
async function run(environment: string, exit = 0): Promise<string[]> {
  const calls = join(folder, 'calls');
  await schedule.run({
    options: { environment, region: 'us-west-2' },
    root: ROOT,
    env: { PATH: `${folder}:${process.env.PATH}`, CALLS: calls, EXIT: String(exit) },
    signal: new AbortController().signal,
    log: () => {},
  } as unknown as Context);
  return existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
}

it.each(['staging', 'production'])('applies the schedule of %s', async (environment) => {
  const [call = ''] = await run(environment);
  expect(call).toBe(`apply -k platform/schedules/${environment}`);
  expect(existsSync(join(ROOT, call.replace('apply -k ', ''), 'kustomization.yaml'))).toBe(true);
});

it('applies none in development', async () => {
  expect(await run('development')).toEqual([]);
});

it('fails if kubectl does', async () => {
  await expect(run('production', 1)).rejects.toThrow('The schedule of the pods cannot be applied.');
});

it('comes after the releases, whose autoscalers it changes', () => {
  const titles = deploySteps.map(({ title }) => title);
  expect(titles.indexOf('Schedule')).toBeGreaterThan(titles.indexOf('Service frontend'));
  expect(titles.indexOf('Schedule')).toBeLessThan(titles.indexOf('Health'));
});
