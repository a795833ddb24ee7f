// A cluster that moves: autoscaling, scheduled scaling, CronJobs, drained nodes and a lost zone.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderingOf } from '../src/targets.ts';
import { type MovingCluster, startMovingCluster } from './moving/moving-cluster.ts';
import { ZONES, type Zone } from './moving/nodes.ts';
import { has, type List, NAMESPACE, type Pod, podsPath } from './moving/objects.ts';
import { watchReadyEndpoints } from './moving/ready-endpoints.ts';
import { until } from './support/until.ts';

const SERVICES = ['backend', 'frontend'] as const;
type Service = (typeof SERVICES)[number];

const began = Date.now();
let cluster: MovingCluster;

beforeAll(async () => {
  cluster = await startMovingCluster();
  await cluster.server.kubectl.must(['apply', '-f', renderingOf('production')]);
  await isReadyWith({ backend: 3, frontend: 2 });
});
afterAll(async () => {
  if (!cluster) return;
  const memory = await cluster.peakMemoryMiB();
  console.log(`disruptions: ${Math.round((Date.now() - began) / 1000)} s, ${memory} MiB`);
  await cluster[Symbol.asyncDispose]();
});

const kubectl = (...args: readonly string[]) =>
  cluster.server.kubectl.must(['-n', NAMESPACE, ...args]);
const get = (object: string, path: string) => kubectl('get', object, '-o', `jsonpath={${path}}`);
const patch = (object: string, change: object) =>
  kubectl('patch', object, '--type=merge', `--patch=${JSON.stringify(change)}`);
const podsOf = async (service: Service) =>
  (await cluster.api.get<List<Pod>>(podsPath(service))).items.filter(
    ({ metadata }) => !metadata.deletionTimestamp,
  );

async function readyPods(service: Service): Promise<readonly Pod[]> {
  return (await podsOf(service)).filter(({ status }) => has(status.conditions, 'Ready'));
}

function isReadyWith(numbers: Readonly<Partial<Record<Service, number>>>): Promise<void> {
  const isTrue = async () => {
    for (const service of SERVICES) {
      const wanted = numbers[service];
      if (wanted !== undefined && (await readyPods(service)).length !== wanted) return false;
    }
    return true;
  };
  return until(`ready pods: ${JSON.stringify(numbers)}`, isTrue, 150_000);
}

/** The zone's letter of each ready pod, sorted. */
async function zonesOf(service: Service): Promise<string> {
  const pods = await readyPods(service);
  return pods
    .map(({ spec }) => spec.nodeName?.replace(/^node-(.)\d$/, '$1') ?? '')
    .sort()
    .join('');
}

it('spreads a service’s pods over the zones', async () => {
  expect(await zonesOf('backend')).toBe('abc');
  expect(new Set(await zonesOf('frontend')).size).toBe(2);
});

/** Starts a CronJob's runs now, even of a suspended one, instead of at its hour; waits until one succeeds. */
async function fire(name: string): Promise<void> {
  const spec = { schedule: '* * * * *', timeZone: 'Etc/UTC', suspend: false };
  await patch(`cronjob/${name}`, { spec });
  const hasSucceeded = async () =>
    (await get(`cronjob/${name}`, '.status.lastSuccessfulTime')) !== '';
  await until(`${name} succeeds`, hasSucceeded, 100_000);
  await patch(`cronjob/${name}`, { spec: { suspend: true } });
}

it.concurrent('completes a run of each CronJob of the database', async () => {
  const list = await kubectl('get', 'cronjobs', '-o', 'jsonpath={.items[*].metadata.name}');
  const names = list.split(' ').filter((name) => name.startsWith('database-'));
  expect(names.length).toBeGreaterThanOrEqual(4);
  await Promise.all(names.map(fire));
}, 150_000);

it.concurrent('has fewer backend pods at night and more by day', async () => {
  // The autoscaler waits 300 s before it removes pods, and removes a tenth per minute.
  const behavior = { scaleDown: { stabilizationWindowSeconds: 0, policies: [FASTER] } };
  await patch('hpa/backend-hpa', { spec: { behavior } });
  using endpoints = watchReadyEndpoints(cluster.api, 'backend');
  await fire('scale-for-night');
  await isReadyWith({ backend: 2 });
  await fire('scale-for-day');
  await isReadyWith({ backend: 3 });
  expect(endpoints.fewest()).toBe(2);
}, 300_000);

const FASTER = { type: 'Percent', value: 100, periodSeconds: 15 };

it.concurrent('adds storefront pods when they are busy', async () => {
  // metrics-server reads this from kwok, for each container: 120m of the requested 110m, against a target of 70 %.
  for (const { metadata } of await podsOf('frontend'))
    await kubectl('annotate', 'pod', metadata.name, 'kwok.x-k8s.io/usage-cpu=60m');
  await isReadyWith({ frontend: 3 });
  const utilization = '.status.currentMetrics[0].resource.current.averageUtilization';
  expect(Number(await get('hpa/frontend-hpa', utilization))).toBeGreaterThan(0);
  const event = ['get', 'events', '--field-selector=reason=SuccessfulRescale', '-o', 'name'];
  expect(await kubectl(...event)).not.toBe('');
}, 200_000);

it('evicts no pod beyond the disruption budgets when two nodes are drained at once', async () => {
  const numbers = await settled();
  using backend = watchReadyEndpoints(cluster.api, 'backend');
  using frontend = watchReadyEndpoints(cluster.api, 'frontend');
  const nodes = (await readyPods('backend')).slice(0, 2).map(({ spec }) => spec.nodeName ?? '');
  const drain = (node: string) =>
    cluster.server.kubectl.run([
      'drain',
      node,
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--timeout=100s',
    ]);
  const drained = await Promise.all(nodes.map(drain));
  for (const { exitCode, err } of drained) expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
  expect(drained.map(({ err }) => err).join('')).toContain('disruption budget');
  await isReadyWith(numbers);
  expect(backend.fewest()).toBe(numbers.backend - 1);
  expect(frontend.fewest()).toBeGreaterThanOrEqual(numbers.frontend - 1);
  for (const node of nodes) await kubectl('uncordon', node);
}, 200_000);

it('replaces the pods of a lost zone in the others, and spreads again when it is back', async () => {
  const numbers = await settled();
  const zones = await zonesOf('backend');
  const lost: Zone = ZONES.find((zone) => zones.includes(zone.at(-1) ?? '')) ?? ZONES[0];
  const letter = lost.at(-1) ?? '';
  const before = zones.split(letter).length - 1;
  using backend = watchReadyEndpoints(cluster.api, 'backend');
  await cluster.loseZone(lost);
  await until(
    'the pods of the lost zone are replaced',
    async () => {
      const left = await zonesOf('backend');
      return left.length === numbers.backend && !left.includes(letter);
    },
    120_000,
  );
  expect(backend.fewest()).toBeGreaterThanOrEqual(numbers.backend - before);
  expect(before).toBeGreaterThan(0);
  await isReadyWith(numbers);

  await cluster.returnZone(lost);
  const isUp = ['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=60s'];
  await kubectl(...isUp);
  await kubectl('rollout', 'restart', 'deployment/backend-deployment');
  await kubectl('rollout', 'status', 'deployment/backend-deployment', '--timeout=90s');
  expect(new Set(await zonesOf('backend')).size).toBe(3);
}, 300_000);

/** The numbers of pods, when they no longer change. */
async function settled(): Promise<Readonly<Record<Service, number>>> {
  const replicas = async (service: Service) =>
    Number(await get(`deployment/${service}-deployment`, '.spec.replicas'));
  const numbers = { backend: await replicas('backend'), frontend: await replicas('frontend') };
  await isReadyWith(numbers);
  return numbers;
}
