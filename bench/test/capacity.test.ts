import { expect, test } from 'vitest';
import { ASSUMED, capacityFor, limitsOf, perOrder } from '../capacity/capacity.ts';
import { readCpu, readJourney } from '../capacity/inputs.ts';

const request = (apiUs: number, databaseUs: number) => ({
  title: '',
  apiUs,
  databaseUs,
  clients: 64,
  measuredOn: '2026-01-01',
  machine: '',
});
const CPU = { read: request(100, 50), add: request(500, 400) };
const JOURNEY = {
  readsOfBuyer: { read: 8 },
  writesOfBuyer: { add: 2 },
  visitsPerOrder: 11,
  readsOfOtherVisit: { read: 1 },
  why: '',
};
const order = perOrder(JOURNEY, CPU);

test('counts the requests of visits without an order toward the order', () => {
  expect(order).toEqual({ requests: 20, commits: 2, apiUs: 2_800, databaseUs: 1_700 });
  expect(() => perOrder({ ...JOURNEY, writesOfBuyer: { pay: 1 } }, CPU)).toThrow('"pay"');
});

test('derives pods and database class from CPU time', () => {
  // 1,000 orders a second: 2.8 × 1,000 ms of the API are 2,800 ms: 2.8 cores.
  const plan = capacityFor(order, 60_000);
  expect(plan.apiCores).toBeCloseTo(2.8);
  expect(plan.databaseCores).toBeCloseTo(1.7);
  expect(plan.backendPods).toBe(Math.ceil(2_800 / 175));
  expect([plan.databases, plan.databaseClass]).toEqual([1, 'r6g.xlarge']);
  expect(plan.connections).toBe(plan.backendPods * ASSUMED.connectionsPerPod);
});

test('keeps the minimum of pods and nodes without any orders', () => {
  const { backendPods, frontendPods, nodes, databaseClass } = capacityFor(order, 0);
  expect([backendPods, frontendPods, nodes, databaseClass]).toEqual([3, 2, 2, 'r6g.large']);
});

test('never plans less for more orders', () => {
  const rates = Array.from({ length: 60 }, (_, n) => Math.round(1.3 ** n));
  const plans = rates.map((rate) => capacityFor(perOrder(readJourney(), readCpu()), rate));
  for (const key of ['backendPods', 'connections', 'iops', 'databases'] as const)
    expect(plans.map((plan) => plan[key])).toEqual(
      plans.map((plan) => plan[key]).toSorted((a, b) => a - b),
    );
});

test('fits exactly into one database at its CPU limit', () => {
  const largest = { name: 'r6g.16xlarge', cores: 64 };
  const limit = limitsOf(order, largest).find(({ resource }) => resource === 'CPU');
  const at = limit?.ordersPerMinute ?? 0;
  expect(capacityFor(order, at).databaseCores).toBeLessThanOrEqual(64 * ASSUMED.databaseTarget);
  expect(capacityFor(order, at + 1).databaseCores).toBeGreaterThan(
    64 * ASSUMED.databaseTarget - 0.01,
  );
});
