import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { at } from '../src/json.ts';
import type { Manifest } from '../src/manifests/kinds.ts';
import { readManifests } from '../src/manifests/read.ts';
import { SERVICE_CIDR } from '../src/network/clusters.ts';
import {
  findAbsentParties,
  findNetworkProblems,
  findResolverProblems,
} from '../src/network/compare.ts';
import { servicesOf } from '../src/network/endpoints.ts';
import { readTable } from '../src/network/table.ts';
import { ENVIRONMENTS, fromRoot } from '../src/targets.ts';
import { type Change, withChange } from './support/change.ts';
import { FAULTS, ingress, type Spec } from './support/network-faults.ts';
import { REFUSALS } from './support/network-refusals.ts';

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

it('lists the name servers of both kinds of compute', () => {
  expect(findResolverProblems(readTable(markdown))).toEqual([]);
});

it.each([
  [
    '172.20.0.10/32',
    '172.20.0.2/32',
    ['172.20.0.10, on EKS Auto Mode', '172.20.0.10, on node groups'],
  ],
  ['k8s-app=kube-dns', 'k8s-app=coredns', ['cluster DNS, on node groups']],
])('finds another name server than %s in the table', (text, other, missing) => {
  const problems = findResolverProblems(readTable(markdown.replace(text, other)));
  expect(problems).toEqual(missing.map((each) => `the table has port 53 of others than ${each}`));
});

it.each(['development', 'production'])(
  'takes the addresses of Services from the template of the cluster of %s',
  (environment) => {
    const file = fromRoot(`infrastructure_cdk/test/templates/${environment}/cluster.json`);
    const { Resources: resources } = JSON.parse(readFileSync(file, 'utf8'));
    const ranges = Object.values(resources).flatMap(
      (resource) => at(resource, 'Properties', 'KubernetesNetworkConfig', 'ServiceIpv4Cidr') ?? [],
    );
    expect(ranges).toEqual([SERVICE_CIDR]);
  },
);

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

it.each(REFUSALS)('refuses %s', (_what, change, reason) => {
  const manifests = withPolicy('backend-network-policy', change);
  expect(() => findNetworkProblems(manifests, readTable(markdown))).toThrow(reason);
});

it("refuses a pod in the host's network, to which no policy applies", () => {
  const manifests = withChange(production, [
    'Deployment backend-deployment',
    'spec/template/spec/hostNetwork',
    true,
  ]);
  expect(() => findNetworkProblems(manifests, readTable(markdown))).toThrow("the host's network");
});

it('gives a headless Service no address', () => {
  const change: Change = ['Service backend', 'spec/clusterIP', 'None'];
  const names = (manifests: readonly Manifest[]) => servicesOf(manifests).map(({ name }) => name);
  expect(names(production)).toEqual(['the Service backend', 'the Service frontend']);
  expect(names(withChange(production, change))).toEqual(['the Service frontend']);
});

it('finds policyTypes without Egress when there is no default deny', () => {
  const manifests = withPolicy('backend-network-policy', ({ egress: _none, ...spec }) => ({
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
