import { expect, it } from 'vitest';
import { findUsageProblems } from '../src/checks/command-line.ts';
import { findConfigurationProblems } from '../src/checks/configuration.ts';
import { findLifecycleProblems } from '../src/checks/lifecycle/lifecycle.ts';
import { findReferenceProblems } from '../src/checks/references.ts';
import { findScheduleProblems } from '../src/checks/scaling.ts';
import { findEndpointProblems } from '../src/checks/served-endpoints.ts';
import { findSpreadProblems } from '../src/checks/spread/spread.ts';
import type { Manifest } from '../src/manifests/kinds.ts';
import { readManifests } from '../src/manifests/read.ts';
import { TARGETS } from '../src/targets.ts';
import { withChange } from './support/change.ts';
import { type Check, FAULTS } from './support/faults.ts';
import { LIFECYCLE_FAULTS } from './support/lifecycle-faults.ts';
import { SPREAD_FAULTS } from './support/spread-faults.ts';

const CHECKS = {
  references: findReferenceProblems,
  configuration: findConfigurationProblems,
  usage: findUsageProblems,
  endpoints: findEndpointProblems,
  lifecycle: findLifecycleProblems,
  schedule: findScheduleProblems,
  spread: findSpreadProblems,
} satisfies Record<Check, (manifests: readonly Manifest[]) => string[]>;

const production = readManifests('production');

for (const [name, find] of Object.entries(CHECKS)) {
  it.each(Object.keys(TARGETS))(`${name}: finds no problem in %s`, (target) => {
    expect(find(readManifests(target))).toEqual([]);
  });
}

it.each([...FAULTS, ...LIFECYCLE_FAULTS, ...SPREAD_FAULTS])(
  '%s: finds the fault %s, %s = %j',
  (check, object, pointer, value, problem) => {
    const problems = CHECKS[check](withChange(production, [object, pointer, value]));
    expect(problems).toContainEqual(expect.stringContaining(problem));
  },
);
