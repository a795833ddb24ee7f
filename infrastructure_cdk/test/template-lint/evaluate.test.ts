import { describe, expect, it } from 'vitest';
import { evaluate } from '../../template-lint/evaluate.ts';
import { CFN_GUARD_SUPPRESSIONS, CFN_LINT_SUPPRESSIONS } from '../../template-lint/suppressions.ts';
import type { Finding } from '../../template-lint/tools.ts';

const finding = (rule: string, resource: string): Finding => ({
  rule,
  resource,
  file: 'data.json',
  message: 'is not good',
});
const suppressions = [
  { rule: 'CT.RDS.PR.1', resources: /^Database/, why: 'Development is small.' },
];

describe('a finding', () => {
  it('is suppressed only for the resources of a suppression', () => {
    const known = finding('CT.RDS.PR.1', 'DatabaseInstance');
    const others = [
      finding('CT.RDS.PR.1', 'OtherInstance'),
      finding('CT.RDS.PR.13', 'DatabaseInstance'),
    ];
    const { rejected, suppressedCount, unused } = evaluate([known, ...others], suppressions);
    expect(rejected).toEqual(others);
    expect(suppressedCount).toBe(1);
    expect(unused).toEqual([]);
  });

  it('that no longer occurs leaves an unused suppression', () => {
    expect(evaluate([], suppressions).unused).toEqual(suppressions);
  });
});

it.each([...CFN_LINT_SUPPRESSIONS, ...CFN_GUARD_SUPPRESSIONS])(
  '$rule is suppressed with a reason',
  ({ why }) => {
    expect(why).toMatch(/^[A-Z].{20,}\.$/);
  },
);
