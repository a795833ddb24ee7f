import { describe, expect, it } from 'vitest';
import { judge } from '../../template-lint/evaluate.ts';
import { ACCEPTED_BY_GUARD, ACCEPTED_BY_LINT } from '../../template-lint/suppressions.ts';
import type { Finding } from '../../template-lint/tools.ts';

const finding = (rule: string, resource: string): Finding => ({
  rule,
  resource,
  file: 'data.json',
  message: 'is not good',
});
const accepted = [{ rule: 'CT.RDS.PR.1', resources: /^Database/, why: 'Development is small.' }];

describe('a finding', () => {
  it('is accepted of the resources that a reason names, and of no other', () => {
    const known = finding('CT.RDS.PR.1', 'DatabaseInstance');
    const others = [
      finding('CT.RDS.PR.1', 'OtherInstance'),
      finding('CT.RDS.PR.13', 'DatabaseInstance'),
    ];
    const { refused, acceptedCount, idle } = judge([known, ...others], accepted);
    expect(refused).toEqual(others);
    expect(acceptedCount).toBe(1);
    expect(idle).toEqual([]);
  });

  it('that is gone leaves a reason to take out', () => {
    expect(judge([], accepted).idle).toEqual(accepted);
  });
});

it.each([...ACCEPTED_BY_LINT, ...ACCEPTED_BY_GUARD])(
  '$rule is accepted for a reason',
  ({ why }) => {
    expect(why).toMatch(/^[A-Z].{20,}\.$/);
  },
);
