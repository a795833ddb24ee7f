import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INPUTS } from '../../lib/config/inputs.ts';

describe('README.md', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replace(
    / +/g,
    ' ',
  );

  it.each(Object.entries(INPUTS))('documents %s as it is', (name, input) => {
    const fallback = input.fallback === undefined ? 'none' : `\`${input.fallback}\``;
    expect(readme).toContain(
      `| \`${name}\` | \`${input.variable}\` | ${fallback} | ${input.meaning} |`,
    );
  });
});
