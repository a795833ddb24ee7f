// The cluster setup, and the permissions of the pipelines' deploy stages.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifests } from '../src/manifests/read.ts';
import { fromRoot } from '../src/targets.ts';
import type { ApiServer } from './support/api-server.ts';
import { startCluster } from './support/cluster.ts';
import { INGRESS_CLASS_PARAMS } from './support/ingress-class-params.ts';

/** Impersonates the deploy stage's role with the group of its access entry. */
const DEPLOYER = [
  '--as=deploy-stage',
  '--as-group=carthub-deployers',
  '--as-group=system:authenticated',
];
const NAMESPACE = '--namespace=shopping-cart';
const SETUPS = ['auto', 'nodes'] as const;

let server: ApiServer;
const must = (args: readonly string[], input?: string) => server.kubectl.must(args, input);
const can = async (args: readonly string[]) =>
  (await server.kubectl.run(['auth', 'can-i', ...args, ...DEPLOYER])).out.trim();

beforeAll(async () => {
  server = await startCluster();
  await must(['apply', '-f', '-'], INGRESS_CLASS_PARAMS);
  await must(['wait', '--for=condition=Established', 'crd', '--all']);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

/** What a pipeline applies: everything except the namespace. */
function release(): string {
  const items = readManifests('production').filter(({ kind }) => kind !== 'Namespace');
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

it.each(SETUPS)('%s is accepted in strict mode, twice', async (setup) => {
  const directory = fromRoot(`platform/cluster-setup/${setup}`);
  // An IngressClass's controller is immutable; a cluster has only one kind of nodes.
  await server.kubectl.run(['delete', 'ingressclass', 'alb']);
  for (const _ of [1, 2]) await must(['apply', '-k', directory, '--validate=strict']);
  expect(await must(['get', 'ingressclass', 'alb', '-o', 'jsonpath={.spec.controller}'])).toBe(
    setup === 'auto' ? 'eks.amazonaws.com/alb' : 'ingress.k8s.aws/alb',
  );
});

it('auto enables network policies in Auto Mode', async () => {
  const policies = ['get', 'configmap', 'amazon-vpc-cni', '--namespace=kube-system', '-o', 'json'];
  expect(JSON.parse(await must(policies)).data).toEqual({
    'enable-network-policy-controller': 'true',
  });
});

describe('a deploy stage', () => {
  beforeAll(async () => {
    // AmazonEKSAdminPolicy in one namespace equals Kubernetes' role "admin". Controllers aggregate that role from
    // three others, and no controller runs here.
    for (const part of ['admin', 'edit', 'view'])
      await must([
        'create',
        'rolebinding',
        `eks-${part}`,
        NAMESPACE,
        `--clusterrole=system:aggregate-to-${part}`,
        '--user=deploy-stage',
      ]);
  });

  it('may apply a whole release, and the next one', async () => {
    await must(['apply', NAMESPACE, '-f', '-', ...DEPLOYER], release());
    const next = release().replaceAll('2.0.0', '0123456789abcdef0123456789abcdef01234567');
    await must(['apply', NAMESPACE, '-f', '-', ...DEPLOYER], next);
  });

  it.each([
    ['get', 'jobs.batch'],
    ['delete', 'jobs.batch'],
    ['watch', 'jobs.batch'],
    ['get', 'pods/log'],
    ['watch', 'deployments.apps'],
    ['patch', 'deployments.apps'],
    ['list', 'replicasets.apps'],
  ])('may %s %s, as deploy.sh does to wait and roll back', async (verb, resource) => {
    expect(await can([verb, resource, NAMESPACE])).toBe('yes');
  });

  it.each([
    ['create', 'deployments.apps', '--namespace=default'],
    ['get', 'secrets', '--namespace=kube-system'],
    ['create', 'secretproviderclasses.secrets-store.csi.x-k8s.io', '--namespace=default'],
    ['create', 'servicemonitors.monitoring.coreos.com', '--namespace=observability'],
    ['patch', 'configmaps', '--namespace=kube-system'],
    ['create', 'namespaces', NAMESPACE],
    ['patch', 'namespaces/shopping-cart', NAMESPACE],
    ['delete', 'namespaces/shopping-cart', NAMESPACE],
    ['patch', 'ingressclasses.networking.k8s.io', NAMESPACE],
    ['create', 'clusterrolebindings.rbac.authorization.k8s.io', NAMESPACE],
    ['create', 'customresourcedefinitions.apiextensions.k8s.io', NAMESPACE],
    ['impersonate', 'users', NAMESPACE],
  ])('may not %s %s %s', async (...args) => {
    expect((await can(args)).split('\n').at(-1)).toMatch(/^no/);
  });

  it('may not apply SecretProviderClasses without the role of the cluster setup', async () => {
    await must(['delete', NAMESPACE, 'rolebinding', 'carthub-deployers']);
    const { exitCode, err } = await server.kubectl.run(
      ['apply', NAMESPACE, '-f', '-', ...DEPLOYER],
      release(),
    );
    expect(exitCode).not.toBe(0);
    expect(err).toContain('secretproviderclasses');
  });
});
