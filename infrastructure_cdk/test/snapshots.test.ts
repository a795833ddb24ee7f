import { describe, expect, it } from 'vitest';
import { build, ENVIRONMENTS, type StackName, templateOf } from './support/synthesize.ts';

const { app: _, ...stacks } = build('development');
const names = Object.keys(stacks) as StackName[];

/** An unintended change fails; an intended one is reviewed as a difference. */
describe.each(ENVIRONMENTS)('the templates of %s', (environment) => {
  it.each(names)('%s is unchanged', async (name) => {
    const json = JSON.stringify(templateOf(environment, name).toJSON(), null, 1);
    await expect(`${json}\n`).toMatchFileSnapshot(`templates/${environment}/${name}.json`);
  });
});
