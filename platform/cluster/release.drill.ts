// Releases by deploy.sh on a cluster that moves: the order of its steps, no moment with fewer ready pods than promised,
// and the way back from a bad release.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { GATE, GATE_LABEL } from './moving/load-balancer.ts';
import { type MovingCluster, startMovingCluster } from './moving/moving-cluster.ts';
import { has, type List, NAMESPACE, type Pod, podsPath } from './moving/objects.ts';
import { watchReadyEndpoints } from './moving/ready-endpoints.ts';
import { prepareReleases, type Releases } from './moving/release.ts';
import { until } from './support/until.ts';

/** The autoscalers' minimum numbers of pods. */
const MINIMUM = { backend: 3, frontend: 2 };
const SERVICES = ['backend', 'frontend'] as const;
type Service = (typeof SERVICES)[number];
const ROLLOUT_MS = 60_000;

const began = Date.now();
let cluster: MovingCluster;
let releases: Releases;

beforeAll(async () => {
  cluster = await startMovingCluster();
  releases = await prepareReleases(cluster);
});
afterAll(async () => {
  if (!cluster) return;
  const memory = await cluster.peakMemoryMiB();
  console.log(`releases: ${Math.round((Date.now() - began) / 1000)} s, ${memory} MiB`);
  await releases?.[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const kubectl = (...args: readonly string[]) =>
  cluster.server.kubectl.must(['-n', NAMESPACE, ...args]);
const get = (object: string, path: string) => kubectl('get', object, '-o', `jsonpath={${path}}`);
const pods = async (service: Service) =>
  (await cluster.api.get<List<Pod>>(podsPath(service))).items.filter(
    ({ metadata }) => !metadata.deletionTimestamp,
  );
const image = (service: Service) =>
  get(`deployment/${service}-deployment`, '.spec.template.spec.containers[0].image');

/** Whether the autoscalers' minimum is ready, the load balancer uses it, and nothing else is left. */
async function hasSettled(): Promise<boolean> {
  for (const service of SERVICES) {
    const all = await pods(service);
    const ready = all.filter(({ status }) => has(status.conditions, 'Ready'));
    if (all.length !== MINIMUM[service] || ready.length !== all.length) return false;
  }
  return cluster.loadBalancer.healthyTargets() === MINIMUM.frontend;
}
const settle = () => until('the pods are ready', hasSettled, ROLLOUT_MS);

/** Watches endpoints and targets during an action. */
async function during<T>(action: () => Promise<T>) {
  using backend = watchReadyEndpoints(cluster.api, 'backend');
  using frontend = watchReadyEndpoints(cluster.api, 'frontend');
  const fewestTargets = cluster.loadBalancer.watchTargets();
  const result = await action();
  await settle();
  return {
    result,
    backend: backend.fewest(),
    frontend: frontend.fewest(),
    targets: fewestTargets(),
    pods: { backend: backend.pods().size, frontend: frontend.pods().size },
  };
}

it('migrates, then rolls out the backend, then the storefront', async () => {
  const { exitCode, output } = await releases.deploy({});
  expect(output, output).toContain('deployment "frontend-deployment" successfully rolled out');
  expect(exitCode).toBe(0);
  const time = async (object: string, path: string) => Date.parse(await get(object, path));
  const migrated = await time('job/database-migrate-2.0.0', '.status.completionTime');
  const backend = await time('deployment/backend-deployment', '.metadata.creationTimestamp');
  const frontend = await time('deployment/frontend-deployment', '.metadata.creationTimestamp');
  expect(migrated).toBeLessThanOrEqual(backend);
  expect(backend).toBeLessThan(frontend);
  // The manifests name no number of pods: the autoscalers raise it.
  await settle();
});

it('keeps all ready endpoints and targets while it replaces every pod', async () => {
  const seen = await during(() =>
    releases.deploy({ database: 'v2', backend: 'v2', frontend: 'v2' }),
  );
  expect(seen.result.exitCode, seen.result.output).toBe(0);
  expect(await get('job/database-migrate-v2', '.status.succeeded')).toBe('1');
  expect(seen.pods).toEqual({ backend: 6, frontend: 4 });
  expect(seen).toMatchObject({ ...MINIMUM, targets: MINIMUM.frontend });
});

it('gives the storefront’s pods the load balancer’s readiness gate after a release too', async () => {
  for (const { spec, status } of await pods('frontend')) {
    expect(spec.readinessGates).toEqual([{ conditionType: GATE }]);
    expect(has(status.conditions, GATE)).toBe(true);
  }
});

it.each([
  ['backend', 'unready-3'],
  ['backend', 'crash-4'],
  ['frontend', 'missing-5'],
] as const)('rolls the %s back from %s', async (service, tag) => {
  const good = { backend: await image('backend'), frontend: await image('frontend') };
  const seen = await during(() => releases.deploy({ [service]: tag }));
  expect(seen.result.output).toContain(`${service}-deployment did not become ready: rolling back`);
  expect(seen.result.exitCode).toBe(1);
  expect(seen).toMatchObject({ ...MINIMUM, targets: MINIMUM.frontend });
  // No pod of the bad release was ever ready.
  expect(seen.pods).toEqual(MINIMUM);
  expect({ backend: await image('backend'), frontend: await image('frontend') }).toEqual(good);
  await releases.deploy({ [service]: 'v2' });
});

it('leaves the services alone when the migration fails', async () => {
  const before = [await image('backend'), await image('frontend')];
  const { exitCode, output } = await releases.deploy({ database: 'exit2-6', backend: 'v6' });
  expect(exitCode).toBe(1);
  expect(output).toContain('database-migrate-exit2-6 failed: the services are unchanged');
  // The program's code for wrong usage: podFailurePolicy forbids to try again.
  expect(await get('job/database-migrate-exit2-6', '.status.failed')).toBe('1');
  expect([await image('backend'), await image('frontend')]).toEqual(before);
});

it('would lose targets without the namespace’s label', async () => {
  await kubectl('label', 'namespace', NAMESPACE, `${GATE_LABEL}-`);
  const seen = await during(async () => {
    await kubectl('rollout', 'restart', 'deployment/frontend-deployment');
    await kubectl('rollout', 'status', 'deployment/frontend-deployment', '--timeout=60s');
  });
  expect(seen.frontend).toBe(MINIMUM.frontend);
  expect(seen.targets).toBeLessThan(MINIMUM.frontend);
});
