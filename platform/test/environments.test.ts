import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { findConnectionProblems } from '../src/checks/scaling.ts';
import { findSecretProblems } from '../src/checks/secrets.ts';
import { DATABASES } from '../src/environments.ts';
import { at } from '../src/json.ts';
import type { Manifest } from '../src/manifests/kinds.ts';
import { readManifests, readObjects } from '../src/manifests/read.ts';
import { ENVIRONMENTS, fromRoot, renderingOf, TARGETS } from '../src/targets.ts';
import { type Change, withChange } from './support/change.ts';

const production = readManifests('production');
const config = production.find(({ metadata }) => metadata.name.startsWith('backend-config'));
const backendConfig = `ConfigMap ${config?.metadata.name}`;
const BACKUP_ARGS = 'spec/jobTemplate/spec/template/spec/containers/0/args';

function numbers(manifests: readonly Manifest[], name: string) {
  return {
    replicas: manifests
      .filter((each) => each.kind === 'Deployment')
      .find(({ metadata }) => metadata.name === `${name}-deployment`)?.spec.replicas,
    autoscaler: manifests
      .filter((each) => each.kind === 'HorizontalPodAutoscaler')
      .find(({ metadata }) => metadata.name === `${name}-hpa`)?.spec,
  };
}

describe('connections', () => {
  it.each(ENVIRONMENTS)('%s never opens more than its database allows', (environment) => {
    expect(findConnectionProblems(environment, readManifests(environment))).toEqual([]);
  });

  it.each<Change>([
    [backendConfig, 'data/DB_POOL_MAX', '50'],
    ['HorizontalPodAutoscaler backend-hpa', 'spec/maxReplicas', 100],
    // Enough for 14 new pods and 4 of surge, but not for 14 that still terminate.
    ['HorizontalPodAutoscaler backend-hpa', 'spec/maxReplicas', 14],
    ['Deployment backend-deployment', 'spec/strategy/rollingUpdate/maxSurge', 40],
    ['CronJob database-backup', `${BACKUP_ARGS}/8`, '400'],
  ])('finds that there are too few for %s, %s = %j', (...change) => {
    const manifests = withChange(production, change);
    expect(findConnectionProblems('production', manifests)).toEqual([
      expect.stringMatching(/^production may open \d+ connections but has 200$/),
    ]);
  });

  it.each(ENVIRONMENTS)(
    'uses the limit in the template of the database of %s',
    async (environment) => {
      const file = fromRoot(`infrastructure_cdk/test/templates/${environment}/data.json`);
      const { Resources: resources } = JSON.parse(await readFile(file, 'utf8'));
      const limits = Object.values(resources).flatMap(
        (resource) => at(resource, 'Properties', 'Parameters', 'max_connections') ?? [],
      );
      expect(limits.map(Number)).toEqual([DATABASES[environment]?.maxConnections]);
    },
  );

  it('finds that the database of development is too small for production', () => {
    expect(findConnectionProblems('development', production)).toHaveLength(1);
    expect(findConnectionProblems('nowhere', production)).toHaveLength(1);
  });
});

describe('replicas', () => {
  it.each([
    ['frontend', 2],
    ['backend', 3],
  ])('the base of %s starts with %d pods and scales to 10 at 70%% CPU', (name, replicas) => {
    const { autoscaler, ...base } = numbers(readManifests(`base-${name}`), name);
    expect(base.replicas).toBe(replicas);
    expect(autoscaler).toMatchObject({
      minReplicas: replicas,
      maxReplicas: 10,
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
      behavior: {
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }],
        },
        scaleUp: {
          stabilizationWindowSeconds: 60,
          policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }],
        },
      },
    });
  });

  it.each(ENVIRONMENTS)(
    '%s sets no replicas, so that a deployment keeps those of the autoscalers',
    (name) => {
      const manifests = readManifests(name);
      expect(numbers(manifests, 'frontend').replicas).toBeUndefined();
      expect(numbers(manifests, 'backend').replicas).toBeUndefined();
    },
  );
});

describe('secrets', () => {
  it.each(Object.keys(TARGETS))('%s contains none', (target) => {
    expect(findSecretProblems(readObjects(renderingOf(target)))).toEqual([]);
  });

  it.each([
    { kind: 'Secret', metadata: { name: 'a' }, data: {} },
    {
      kind: 'ConfigMap',
      data: { DATABASE_URL: 'postgres://carthub:hunter2@database:5432/carthub' },
    },
    { kind: 'ConfigMap', data: { GUEST_TOKEN_SECRET: 'abc' } },
    { kind: 'Pod', spec: { containers: [{ env: [{ name: 'DATABASE_PASSWORD', value: 'abc' }] }] } },
    {
      kind: 'ServiceAccount',
      metadata: { annotations: { role: 'arn:aws:iam::123456789012:role/a' } },
    },
    { kind: 'ConfigMap', data: { id: 'AKIAABCDEFGHIJKLMNOP' } },
    { kind: 'ConfigMap', data: { STRIPE_PUBLISHABLE_KEY: 'sk_live_abc' } },
    { kind: 'ConfigMap', data: { id: 'whsec_abc' } },
    { kind: 'ConfigMap', data: { pem: '-----BEGIN PRIVATE KEY-----' } },
  ])('finds $kind $data $metadata $spec', (object) => {
    expect(findSecretProblems([object])).toHaveLength(1);
  });

  it.each(ENVIRONMENTS)('%s uses its own secrets and its own backup bucket', (environment) => {
    const text = JSON.stringify(readManifests(environment));
    const named = [...text.matchAll(/objectName: carthub\/(\w+)\//g)].map(([, name]) => name);
    // Those of Stripe too.
    const length = environment === 'production' ? 6 : 5;
    expect(named).toEqual(Array.from({ length }, () => environment));
    expect(text).toContain(`s3://carthub-${environment}-backups-ACCOUNT/`);
    expect(text).toContain(`"ENVIRONMENT":"${environment}"`);
  });
});

describe('payments', () => {
  const provider = (environment: string, name: string) =>
    readManifests(environment).flatMap((each) =>
      each.kind === 'ConfigMap' && each.metadata.name.startsWith(`${name}-config`)
        ? [at(each, 'data', 'PAYMENT_PROVIDER')]
        : [],
    );

  it.each(['backend', 'frontend'])('production has a provider that takes money: %s', (name) => {
    expect(provider('production', name)).toEqual(['stripe']);
  });

  it.each(['development', 'staging'])('%s starts without an account of Stripe', (environment) => {
    expect(provider(environment, 'backend')).toEqual([undefined]);
    expect(JSON.stringify(readManifests(environment))).not.toContain('payments/stripe');
  });

  it.each(['backend', 'worker'])('the keys of Stripe are files in the pods of the %s', (name) => {
    const deployment = production.find(({ metadata }) => metadata.name === `${name}-deployment`);
    expect(JSON.stringify(deployment)).toContain('"secretProviderClass":"backend-stripe"');
  });
});

it('the base of the database creates a namespace that admits only restricted pods', () => {
  const namespace = readManifests('base-database').find(({ kind }) => kind === 'Namespace');
  const modes = ['enforce', 'audit', 'warn'];
  expect(namespace?.metadata.labels).toMatchObject(
    Object.fromEntries([
      ...modes.map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
      ...modes.map((mode) => [`pod-security.kubernetes.io/${mode}-version`, 'v1.36']),
      ['eks.amazonaws.com/pod-readiness-gate-inject', 'enabled'],
      ['elbv2.k8s.aws/pod-readiness-gate-inject', 'enabled'],
    ]),
  );
});

it('every object of every target is in the namespace', () => {
  for (const target of Object.keys(TARGETS)) {
    const others = readManifests(target).filter(({ kind, metadata }) =>
      kind === 'Namespace'
        ? metadata.name !== 'shopping-cart'
        : metadata.namespace !== 'shopping-cart',
    );
    expect(others).toEqual([]);
  }
});
