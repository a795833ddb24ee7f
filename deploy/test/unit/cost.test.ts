import { resolve } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { costOf } from '../../src/commands/cost.ts';
import * as programs from '../../src/commands/run-command.ts';
import type { Context } from '../../src/context.ts';

vi.mock(import('../../src/commands/run-command.ts'), async (original) => ({
  ...(await original()),
  run: vi.fn(),
}));

const root = resolve(import.meta.dirname, '../../..');
const RESULT = {
  region: 'us-west-2',
  totalUsd: 1,
  assumedUsd: 0,
  pricesAsOf: '2026-01-01',
  lines: [],
};

beforeEach(() => {
  const outcome = { code: 0, stdout: JSON.stringify(RESULT), stderr: '' };
  vi.mocked(programs.run).mockReset().mockResolvedValue(outcome);
});

const priced = async (region: string) => {
  const options = { environment: 'production', region };
  const context = { options, root, env: {}, assembly: { directory: '/assembly', stacks: [] } };
  const cost = await costOf(context as unknown as Context);
  return { cost, args: vi.mocked(programs.run).mock.calls[0]?.[1] ?? [] };
};

it.each(['us-west-2', 'eu-central-1'])(
  "prices the templates of %s at us-west-2's prices, which are the only ones, and says so",
  async (region) => {
    const { cost, args } = await priced(region);
    expect(args[args.indexOf('--region') + 1]).toBe('us-west-2');
    expect(args).toContain('/assembly');
    expect(cost.region).toBe('us-west-2');
  },
);
