import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Manifest } from '../src/manifests/kinds.ts';
import type { NetworkPolicy, PolicyPort } from '../src/manifests/network-policy.ts';
import { readManifests } from '../src/manifests/read.ts';
import { findAbsentParties, findNetworkProblems } from '../src/network/compare.ts';
import { readTable } from '../src/network/table.ts';
import { ENVIRONMENTS, fromRoot } from '../src/targets.ts';

const markdown = readFileSync(fromRoot('docs/network.md'), 'utf8');
const production = readManifests('production');

it.each(ENVIRONMENTS)('%s allows exactly the connections of the table', (environment) => {
  expect(findNetworkProblems(readManifests(environment), readTable(markdown))).toEqual([]);
});

it('finds an endpoint for every name in the table', () => {
  expect(findAbsentParties(production, readTable(markdown))).toEqual([]);
  const stale = markdown.replace('app.kubernetes.io/name=scaler', 'app.kubernetes.io/name=keda');
  expect(findAbsentParties(production, readTable(stale))).toHaveLength(1);
});

type Spec = NetworkPolicy['spec'];
type Rules<Way extends 'ingress' | 'egress'> = NonNullable<Spec[Way]>;

const egress = (change: (rules: Rules<'egress'>) => Rules<'egress'>) => (spec: Spec) => ({
  ...spec,
  egress: change(spec.egress ?? []),
});
const ingress = (change: (rules: Rules<'ingress'>) => Rules<'ingress'>) => (spec: Spec) => ({
  ...spec,
  ingress: change(spec.ingress ?? []),
});
const without = (index: number) => (rules: Rules<'egress'>) =>
  rules.filter((_rule, each) => each !== index);
const withPorts = (index: number, ports: readonly PolicyPort[]) => (rules: Rules<'egress'>) =>
  rules.map((rule, each) => (each === index ? { ...rule, ports } : rule));
const withBlock = (index: number, cidr: string, except: string[] = []) =>
  egress((rules) =>
    rules.map((rule, each) =>
      each === index ? { ...rule, to: [{ ipBlock: { cidr, except } }] } : rule,
    ),
  );
const selecting = (name: string) => ({ matchLabels: { 'app.kubernetes.io/name': name } });

const FAULTS: readonly [string, string, (spec: Spec) => Spec | undefined, RegExp][] = [
  ['missing DNS', 'backend-network-policy', egress(without(0)), /not allowed: backend-.*UDP 53/],
  [
    'DNS over UDP only',
    'frontend-network-policy',
    egress(withPorts(0, [{ protocol: 'UDP', port: 53 }])),
    /not allowed: frontend-deployment → cluster DNS, TCP 53/,
  ],
  [
    'egress to everywhere, written to: []',
    'backend-network-policy',
    egress((rules) => [...rules, { to: [], ports: [{ protocol: 'TCP', port: 5432 }] }]),
    /not in the table: backend-deployment → .*TCP 5432/,
  ],
  [
    'a label that no pod has',
    'backend-network-policy',
    ingress((rules) =>
      rules.map((rule) => ({ ...rule, from: [{ podSelector: selecting('web') }] })),
    ),
    /not allowed: frontend-deployment → backend-deployment, TCP 8000/,
  ],
  [
    'an additional ingress rule',
    'backend-network-policy',
    ingress((rules) => [...rules, { from: [{ podSelector: selecting('database') }] }]),
    /not in the table: database-prune → backend-deployment, TCP 0-.*\(ingress\)/,
  ],
  [
    'ingress from every namespace',
    'frontend-network-policy',
    ingress((rules) => [...rules, { from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }]),
    /not in the table: a neighbor of the DNS → frontend-deployment, TCP 8080/,
  ],
  [
    'a wrong port',
    'frontend-network-policy',
    egress(withPorts(1, [{ protocol: 'TCP', port: 8080 }])),
    /not allowed: frontend-deployment → backend-deployment, TCP 8000/,
  ],
  [
    'a port range instead of one port',
    'backend-network-policy',
    egress(withPorts(1, [{ protocol: 'TCP', port: 5432, endPort: 5433 }])),
    /not in the table: backend-deployment → 10\.0\.7\.0-.*TCP 5433/,
  ],
  [
    'every port',
    'backend-network-policy',
    egress(withPorts(1, [])),
    /not in the table: backend-deployment → 10\.0\.7\.0-.*TCP 0-5431/,
  ],
  ['a missing default deny', 'default-deny', () => undefined, /a stray pod of the namespace/],
  [
    'a default deny for one direction only',
    'default-deny',
    (spec) => ({ ...spec, policyTypes: ['Ingress'] }),
    /not in the table: a stray pod of the namespace → /,
  ],
  [
    'a wrong namespace',
    'backend-network-policy',
    ingress((rules) =>
      rules.map((rule) => ({
        ...rule,
        from: (rule.from ?? []).map((peer) =>
          peer.namespaceSelector
            ? { ...peer, namespaceSelector: { matchLabels: { name: 'observability' } } }
            : peer,
        ),
      })),
    ),
    /not allowed: Prometheus → backend-deployment, TCP 8000/,
  ],
  [
    'all pods of a namespace instead of one',
    'backend-network-policy',
    ingress((rules) =>
      rules.map((rule) => ({
        ...rule,
        from: (rule.from ?? []).map(({ podSelector, ...peer }) =>
          peer.namespaceSelector ? peer : { ...peer, podSelector: podSelector ?? {} },
        ),
      })),
    ),
    /not in the table: a neighbor of Prometheus → backend-deployment, TCP 8000/,
  ],
  [
    'a block that is too wide',
    'database-network-policy',
    withBlock(1, '10.0.0.0/16'),
    /not in the table: database-.* → 10\.0\.0\.0-/,
  ],
  [
    'a block that is too narrow',
    'database-network-policy',
    withBlock(1, '10.0.7.0/24'),
    /not allowed: database-.* → 10\.0\.8\.0-/,
  ],
  [
    'private addresses in the public block',
    'database-backup-network-policy',
    withBlock(0, '0.0.0.0/0'),
    /not in the table: database-backup → 10\./,
  ],
  [
    'a missing egress rule',
    'frontend-network-policy',
    egress(without(1)),
    /not allowed: frontend-deployment → backend-deployment, TCP 8000/,
  ],
  [
    'a policy that selects no pod',
    'scaler-network-policy',
    (spec) => ({ ...spec, podSelector: selecting('nobody') }),
    /not allowed: scale-for-day → 172\.20\.0\.1, TCP 443/,
  ],
  [
    'a selector that matches too many pods',
    'database-backup-network-policy',
    (spec) => ({ ...spec, podSelector: selecting('database') }),
    /not in the table: database-migrate-.* → .*TCP 443/,
  ],
  [
    'a port name that the pod does not have',
    'frontend-network-policy',
    ingress((rules) => rules.map((rule) => ({ ...rule, ports: [{ port: 'web' }] }))),
    /not allowed: Prometheus → frontend-deployment, TCP 9113/,
  ],
];

it.each(FAULTS)('finds %s', (_fault, name, change, problem) => {
  const problems = findNetworkProblems(withPolicy(name, change), readTable(markdown));
  expect(problems).toContainEqual(expect.stringMatching(problem));
});

it('resolves a port name in the destination pod', () => {
  const named = withPolicy(
    'backend-network-policy',
    ingress((rules) => rules.map((rule) => ({ ...rule, ports: [{ port: 'http' }] }))),
  );
  expect(findNetworkProblems(named, readTable(markdown))).toEqual([]);
});

it('finds policyTypes without Egress when there is no default deny', () => {
  const manifests = withPolicy('backend-network-policy', (spec) => ({
    ...spec,
    policyTypes: ['Ingress'],
  })).filter(({ metadata }) => metadata.name !== 'default-deny');
  const problems = findNetworkProblems(manifests, readTable(markdown));
  expect(problems).toContainEqual(
    expect.stringMatching(/backend-deployment → 10\.0\.0\.0-.*TCP 0-/),
  );
});

it.each([
  ['a missing row', /\n\| backend \| collector .*/, '', /not in the table: backend-.*4318/],
  [
    'a superfluous row',
    '\n| backend | database |',
    '\n| storefront | database | TCP 5432 | |$&',
    /not allowed: frontend-.*5432/,
  ],
  [
    'a wrong port',
    'TCP 9113',
    'TCP 9114',
    /not allowed: Prometheus → frontend-deployment, TCP 9114/,
  ],
])('finds %s in the table', (_fault, text, replacement, problem) => {
  const changed = markdown.replace(text, replacement);
  expect(changed).not.toBe(markdown);
  const problems = findNetworkProblems(production, readTable(changed));
  expect(problems).toContainEqual(expect.stringMatching(problem));
});

/** The manifests with one policy changed or removed. */
function withPolicy(name: string, change: (spec: Spec) => Spec | undefined): Manifest[] {
  let changed = 0;
  const manifests = production.flatMap((manifest) => {
    if (manifest.kind !== 'NetworkPolicy' || manifest.metadata.name !== name) return [manifest];
    changed += 1;
    const spec = change(manifest.spec);
    return spec ? [{ ...manifest, spec }] : [];
  });
  expect(changed).toBe(1);
  return manifests;
}
