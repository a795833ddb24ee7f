import { describe, expect, it } from 'vitest';
import { build, ENVIRONMENTS, type StackName, templateOf } from './support/synthesize.ts';

const { app: _, ...stacks } = build('development');
const names = Object.keys(stacks) as StackName[];

/** A change that nobody meant shows as a difference; one that is meant is read in review. */
describe.each(ENVIRONMENTS)('the templates of %s', (environment) => {
  it.each(names)('%s is as it was', async (name) => {
    const json = JSON.stringify(templateOf(environment, name).toJSON(), null, 1);
    await expect(`${json}\n`).toMatchFileSnapshot(`templates/${environment}/${name}.json`);
  });
});
