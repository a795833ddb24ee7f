import { describe, expect, test } from 'vitest';
import { groupsOf } from '../../cost/document/chart.ts';
import {
  compare,
  GUIDE_DEVELOPMENT,
  GUIDE_PRODUCTION,
} from '../../cost/document/guide-comparison.ts';
import { toTable } from '../../cost/document/table.ts';
import { byKind, overBudget } from '../../cost/estimate/budget.ts';
import { configOf, estimate } from '../../cost/estimate/estimate.ts';
import { FREE_RESOURCES } from '../../cost/estimate/free-resources.ts';
import { nodesFor } from '../../cost/estimate/kubernetes.ts';
import { formatUsd, microDollars, sum } from '../../cost/estimate/money.ts';
import { assumedCost, priceLine, priceTemplate } from '../../cost/estimate/price-template.ts';
import { PRICING_RULES } from '../../cost/estimate/pricing-rules.ts';
import { priceVariants } from '../../cost/estimate/variants.ts';
import { readAgreed, readBudget, readUsage } from '../../cost/inputs/inputs.ts';
import { priceOf, readPrices } from '../../cost/inputs/prices.ts';
import { ENVIRONMENTS } from '../support/synthesize.ts';

const REGION = 'us-west-2';
const estimates = Object.fromEntries(
  ENVIRONMENTS.map((name) => [name, estimate(configOf(name, REGION))]),
);
const of = (name: string) => {
  const found = estimates[name];
  if (found === undefined) throw new Error(name);
  return found;
};
const cents = (micros: number) => Math.round(micros / 1e4);

describe.each(ENVIRONMENTS)('%s', (name) => {
  test('the lines sum up to the total, in whole micro-dollars', () => {
    const { lines, totalMicros } = of(name);
    expect(lines.every(({ micros }) => Number.isSafeInteger(micros) && micros >= 0)).toBe(true);
    expect(sum(lines.map(({ micros }) => micros))).toBe(totalMicros);
    expect(sum(Object.values(byKind({ lines })))).toBe(totalMicros);
    expect(sum(groupsOf(lines))).toBe(totalMicros);
  });

  test('stays within its budget', () => {
    const budget = { usd: readBudget(name), kinds: readAgreed(name) };
    expect(overBudget(name, of(name), budget)).toBeUndefined();
  });
});

test('prices the largest lines as computed by hand', () => {
  const { lines } = of('production');
  const micros = (what: string) => lines.find((line) => line.what === what)?.micros;
  // $0.45 an hour for both copies, 730 hours; 200 GiB at $0.115; $0.10 an hour.
  expect(cents(micros('db.r6g.large, Multi-AZ') ?? 0)).toBe(32_850);
  expect(cents(micros('2 × 100 GiB gp3') ?? 0)).toBe(2_300);
  expect(cents(micros('control plane') ?? 0)).toBe(7_300);
  expect(lines.filter(({ what }) => what === 'NAT gateway')).toHaveLength(3);
});

test('names the larger database that exceeds the budget', () => {
  const larger = estimate(configOf('production', REGION, { databaseClass: 'r6g.xlarge' }));
  const budget = { usd: readBudget('production'), kinds: readAgreed('production') };
  expect(overBudget('production', larger, budget)).toMatch(
    /^production would cost \$1,\d+\.\d\d a month, over its budget of \$850\.00\. What grew: AWS::RDS::DBInstance \+\$328\.50\.$/,
  );
});

test('rejects a type without a pricing rule or a reason why it is free', () => {
  const price = () =>
    priceTemplate(
      'Stack',
      { Queue: { Type: 'AWS::SQS::Queue' } },
      readPrices(REGION),
      readUsage('production'),
    );
  expect(price).toThrow('The cost of AWS::SQS::Queue (Stack/Queue) is unknown');
});

test('has a rule or a reason for each type, not both', () => {
  expect(Object.keys(PRICING_RULES).filter((type) => type in FREE_RESOURCES)).toEqual([]);
});

test('rejects a database class or a region without prices', () => {
  const config = configOf('production', REGION, { databaseClass: 'm8g.large' });
  expect(() => estimate(config)).toThrow('has no price "rds.m8g.large"');
  expect(() => estimate(configOf('production', 'eu-west-1'))).toThrow(
    'There are no prices for eu-west-1: add cost/inputs/prices/eu-west-1.json',
  );
});

test('names each price in a total that no source confirms for the region', () => {
  const { lines, totalMicros } = of('production');
  const { micros, prices } = assumedCost(lines);
  expect(micros).toBeGreaterThan(0);
  expect(micros).toBeLessThan(totalMicros);
  const file = readPrices(REGION).prices;
  expect(prices.filter((name) => file[name]?.confirmed !== false)).toEqual([]);
  // A product is assumed if one of its factors is, and a line without cost names nothing.
  expect(prices).toContain('ec2.c6a.large');
  expect(prices).not.toContain('cognito.user');
  const confirmed = Object.fromEntries(
    Object.entries(file).map(([name, price]) => [name, { ...price, confirmed: true }]),
  );
  const part = { what: 'node', price: 'ec2.c6a.large × eks.autoMode', quantity: 1 };
  const line = priceLine(
    { ...readPrices(REGION), prices: confirmed },
    { stack: '', resource: '', type: '' },
    part,
  );
  expect(assumedCost([line])).toEqual({ micros: 0, prices: [] });
  const table = toTable('production', REGION, 'today', lines, totalMicros, 1);
  expect(table.split('\n').at(-1)).toContain(`of it at assumed prices: ${prices.join(', ')}`);
});

test('has a unit and a source for every price, and a date for confirmed ones', () => {
  const { prices } = readPrices(REGION);
  for (const [name, { unit, usd, source, readOn, confirmed }] of Object.entries(prices)) {
    expect(usd, name).toMatch(/^\d+(\.\d+)?$/);
    expect([unit, source], name).toEqual([
      expect.stringMatching(/./),
      expect.stringMatching(/^https:/),
    ]);
    if (confirmed) expect(readOn, name).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
  expect(() => priceOf(readPrices(REGION), 'nothing')).toThrow('no price "nothing"');
});

test('adds money without rounding errors and rejects NaN', () => {
  expect(sum(Array.from({ length: 10 }, () => microDollars('0.1', 1)))).toBe(1_000_000);
  expect(() => microDollars('0.1', Number.NaN)).toThrow('not an amount of money');
  expect([formatUsd(1_234_567_890), formatUsd(-5_000)]).toEqual(['$1,234.57', '-$0.01']);
});

test("computes the nodes that fit the pods' requests", () => {
  const pods = (replicas: number) => [{ name: 'backend', replicas, cpuMilli: 250, memoryMi: 256 }];
  expect([1, 6, 7, 14].map((replicas) => nodesFor(pods(replicas), 1))).toEqual([1, 1, 2, 2]);
  expect(nodesFor(pods(1), 2)).toBe(2);
});

describe('variants', () => {
  const variants = priceVariants(REGION);
  const total = (name: string) =>
    variants.find((each) => each.name === name)?.estimate.totalMicros ?? Number.NaN;

  test('each total is the sum of its lines', () => {
    for (const { name, estimate: priced } of variants)
      expect(sum(priced.lines.map(({ micros }) => micros)), name).toBe(priced.totalMicros);
  });

  test('add the scans of both images of each build', () => {
    const scans =
      total('production, enhanced image scans') - total('production as this template is');
    expect(scans).toBe(3 * 2 * 60 * 0.09 * 1e6);
  });

  test('cost more than twice what the guide claims', () => {
    expect(total('production as the guide specifies it')).toBeGreaterThan(2 * 319e6);
    expect(total('development as this template is')).toBeGreaterThan(2 * 88.1e6);
    expect(total('production, one NAT gateway')).toBe(
      total('production as this template is') - 2 * (0.045 + 0.005) * 730 * 1e6,
    );
  });

  test.each([
    [GUIDE_PRODUCTION, 'production as the guide specifies it', 319],
    [GUIDE_DEVELOPMENT, 'development as this template is', 88.1],
  ] as const)("the rows compared with the guide's sum up to the total", (claims, name, claimed) => {
    const lines = variants.find((each) => each.name === name)?.estimate.lines ?? [];
    expect(sum(compare(claims, lines).map(({ micros }) => micros))).toBe(total(name));
    expect(sum(claims.map((claim) => (claim.claimed ?? 0) * 100))).toBe(claimed * 100);
  });
});
