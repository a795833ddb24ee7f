// The implementation guide's steps: three bases by hand, on a cluster that has the drivers' custom kinds.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { podTemplates } from '../src/manifests/pod-templates.ts';
import { readManifests } from '../src/manifests/read.ts';
import { fromRoot, TARGETS } from '../src/targets.ts';
import type { ApiServer } from './support/api-server.ts';
import { startCluster } from './support/cluster.ts';

const BASES = ['base-database', 'base-backend', 'base-frontend'];
let server: ApiServer;

beforeAll(async () => {
  server = await startCluster();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const apply = (target: string) =>
  server.kubectl.must(['apply', '-k', fromRoot(TARGETS[target] ?? ''), '--validate=strict']);

it('refuses a service before the namespace exists', async () => {
  const { exitCode, err } = await server.kubectl.run([
    'apply',
    '-k',
    fromRoot(TARGETS['base-backend'] ?? ''),
  ]);
  expect(exitCode).toBe(1);
  expect(err).toContain('namespaces "shopping-cart" not found');
});

it.each(BASES)('accepts %s without a warning', async (base) => {
  const lines = (await apply(base)).split('\n');
  expect(lines.filter((line) => !line.endsWith(' created'))).toEqual([]);
  expect(lines.length).toBeGreaterThan(6);
});

it('changes nothing when everything is applied again', async () => {
  const kinds = 'deployment,job,cronjob,networkpolicy,poddisruptionbudget,service,ingress,hpa';
  const generations = () =>
    server.kubectl.must([
      'get',
      '--namespace=shopping-cart',
      kinds,
      '-o',
      'jsonpath={range .items[*]}{.kind}/{.metadata.name}: {.metadata.generation}{"\\n"}{end}',
    ]);
  const before = await generations();
  for (const base of BASES) await apply(base);
  expect(await generations()).toBe(before);
  expect(before).toContain('Deployment/backend-deployment: 1');
});

it('admits each pod of the manifests, and refuses it with hostNetwork', async () => {
  const owned = BASES.flatMap((base) => podTemplates(readManifests(base)));
  expect(owned).toHaveLength(8);
  for (const { owner, template } of owned) {
    const pod = (spec: object) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...template.metadata, name: 'pod', namespace: 'shopping-cart' },
        spec,
      });
    const create = ['create', '--dry-run=server', '-f', '-'];
    await server.kubectl.must(create, pod(template.spec));
    const greedy = await server.kubectl.run(create, pod({ ...template.spec, hostNetwork: true }));
    expect(greedy.err, owner.metadata.name).toContain('violates PodSecurity "restricted:v1.36"');
  }
});
