// Repeated deployments of production.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { podTemplates } from '../src/manifests/pod-templates.ts';
import { readManifests } from '../src/manifests/read.ts';
import { ENVIRONMENTS, fromRoot, renderingOf } from '../src/targets.ts';
import type { ApiServer } from './support/api-server.ts';
import { startCluster } from './support/cluster.ts';

const NAMESPACE = '--namespace=shopping-cart';
let server: ApiServer;

beforeAll(async () => {
  server = await startCluster();
  await server.kubectl.must(['apply', '-f', renderingOf('production')]);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const get = (object: string, path: string) =>
  server.kubectl.must(['get', NAMESPACE, object, '-o', `jsonpath={${path}}`]);

it.each(ENVIRONMENTS)('accepts %s in strict mode without a warning', async (environment) => {
  const file = renderingOf(environment);
  await server.kubectl.must(['apply', '--dry-run=server', '--validate=strict', '-f', file]);
});

it('accepts the alert rules', async () => {
  const directory = fromRoot('platform/observability');
  const output = await server.kubectl.must(['apply', '-k', directory, '--validate=strict']);
  expect(output).toContain('prometheusrule.monitoring.coreos.com/');
});

it('keeps the autoscaler’s number of pods when deployed again', async () => {
  await server.kubectl.must(['scale', NAMESPACE, 'deployment/backend-deployment', '--replicas=7']);
  await server.kubectl.must(['apply', '-f', renderingOf('production')]);
  expect(await get('deployment/backend-deployment', '.spec.replicas')).toBe('7');
});

it('creates a migration Job for each release and keeps the previous one', async () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const manifests = readManifests('production').map((manifest) =>
    JSON.stringify(manifest).replaceAll('2.0.0', commit),
  );
  const list = `{"apiVersion":"v1","kind":"List","items":[${manifests.join()}]}`;
  const applied = await server.kubectl.must(['apply', '-f', '-'], list);
  expect(applied).toContain(`job.batch/database-migrate-${commit} created`);
  expect(await get('job/database-migrate-2.0.0', '.metadata.name')).not.toBe('');
  await server.kubectl.must(['apply', '-f', '-'], list);
});

it('lets the scaler patch two autoscalers and nothing else', async () => {
  const token = await server.kubectl.must(['create', NAMESPACE, 'token', 'scaler']);
  const scaler = server.kubectl.as(token);
  const jobs = podTemplates(readManifests('production')).filter(({ owner }) =>
    owner.metadata.name.startsWith('scale-for-'),
  );
  expect(jobs).toHaveLength(2);
  for (const { template } of jobs) {
    for (const { args = [] } of template.spec.containers) {
      await scaler.must(args.filter((arg) => !arg.startsWith('--cache-dir')));
    }
  }
  // The night's Job runs last.
  expect(await get('hpa/backend-hpa', '.spec.minReplicas')).toBe('2');

  const allowed = await scaler.must(['auth', 'can-i', NAMESPACE, '--list', '--no-headers']);
  const beyond = allowed
    .split('\n')
    .filter((line) => !/self|^\s*\[\/|^ +\[/.test(line))
    .map((line) => line.replaceAll(/\s+/g, ' ').trim());
  expect(beyond).toEqual([
    'horizontalpodautoscalers.autoscaling [] [backend-hpa] [get patch]',
    'horizontalpodautoscalers.autoscaling [] [frontend-hpa] [get patch]',
  ]);
  const other = [
    'patch',
    NAMESPACE,
    'deployment/backend-deployment',
    '--patch={"spec":{"replicas":0}}',
  ];
  expect((await scaler.run(other)).err).toContain('Forbidden');
});
