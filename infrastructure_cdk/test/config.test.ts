import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INPUTS, parseConfig } from '../lib/config.ts';

const none = { environment: undefined, region: undefined, account: undefined };

function problemsOf(inputs: Partial<typeof none> | Record<string, unknown>) {
  const parsed = parseConfig({ ...none, ...inputs });
  return parsed.ok ? [] : parsed.problems;
}

describe('parseConfig', () => {
  it('falls back to development in us-west-2 without an account', () => {
    expect(parseConfig(none)).toEqual({
      ok: true,
      config: { environmentName: 'development', region: 'us-west-2' },
    });
  });

  it('takes all three inputs', () => {
    expect(
      parseConfig({ environment: 'production', region: 'us-gov-west-1', account: '012345678901' }),
    ).toEqual({
      ok: true,
      config: {
        environmentName: 'production',
        region: 'us-gov-west-1',
        account: '012345678901',
      },
    });
  });

  it.each([
    ['environment', 'staging'],
    ['environment', ''],
    ['environment', 7],
    ['region', 'us-west'],
    ['region', 'US-WEST-2'],
    ['account', '12345'],
    // A JSON number loses the leading zero an account id may have.
    ['account', 123456789012],
  ])('refuses %s = %j and says how to set it', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(
        new RegExp(`^${name} is .*must be: .*-c ${name}=….*CARTHUB_${name.toUpperCase()}=…`),
      ),
    ]);
  });

  it('reports every problem at once', () => {
    expect(problemsOf({ environment: 'x', region: 'x', account: 'x' })).toHaveLength(3);
  });
});

describe('README.md', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replace(/ +/g, ' ');

  it.each(Object.entries(INPUTS))('documents %s as it is', (name, input) => {
    const fallback = input.fallback === undefined ? 'none' : `\`${input.fallback}\``;
    expect(readme).toContain(
      `| \`${name}\` | \`${input.variable}\` | ${fallback} | ${input.meaning} |`,
    );
  });
});
