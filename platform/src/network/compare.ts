import type { Manifest } from '../manifests/kinds.ts';
import { selects } from '../manifests/select.ts';
import { CLUSTERS, type Cluster } from './clusters.ts';
import { differences, type Side } from './differences.ts';
import { addressesOf, type Endpoint, podsOf } from './endpoints.ts';
import { findEnforcementProblems } from './enforcement.ts';
import { refuseUnmodeled } from './policy-refusals.ts';
import { ALL_PORTS, formatAddresses, split } from './ranges.ts';
import { egressOf, type IsOpen, ingressOf, portsOf } from './reachability.ts';
import { type Edge, isParty, listed, rangesOf } from './table.ts';

/**
 * Compares the connections that the policies allow with the table, for every address and every port: by the Kubernetes
 * API and as the VPC CNI enforces them, on each kind of compute.
 * @returns a sentence for each difference; one that not every kind has names its kind
 * @throws Error for a policy that the comparison cannot model
 */
export function findNetworkProblems(
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): string[] {
  refuseUnmodeled(manifests.filter((manifest) => manifest.kind === 'NetworkPolicy'));
  const found = CLUSTERS.map((cluster) => ({
    compute: cluster.compute,
    problems: new Set([
      ...findApiProblems(cluster, manifests, edges),
      ...findEnforcementProblems(cluster, manifests, edges),
    ]),
  }));
  const problems = new Set(found.flatMap((each) => [...each.problems]));
  return [...problems].map((problem) => {
    const having = found.filter((each) => each.problems.has(problem));
    const names = having.map(({ compute }) => compute).join(' and ');
    return having.length === found.length ? problem : `${problem}, on ${names}`;
  });
}

/** By the semantics of the Kubernetes API. */
function findApiProblems(
  cluster: Cluster,
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): string[] {
  const policies = manifests.filter((manifest) => manifest.kind === 'NetworkPolicy');
  const endpoints = endpointsOf(cluster, manifests, edges);
  const tablePorts = edges.map(({ port }) => ({ first: port, last: port }));
  const ports = split(ALL_PORTS, [...portsOf(policies, podsOf(manifests)), ...tablePorts]);

  return pairs(endpoints).flatMap(([from, to]) => {
    const connection = `${from.name} → ${to.name}`;
    const side = (direction: string, isOpen: IsOpen): Side => ({
      connection,
      direction,
      isOpen,
      isListed: listed(edges, from, to),
    });
    return [
      ...(isOurs(from) ? [side('egress', egressOf(policies, from, to))] : []),
      ...(isOurs(to) ? [side('ingress', ingressOf(policies, from, to))] : []),
    ].flatMap((each) => differences(each, ports));
  });
}

const isOurs = (end: Endpoint) => end.type === 'pod' && end.namespace === 'shopping-cart';

/** All pairs with at least one end in our namespace. */
function pairs(endpoints: readonly Endpoint[]): (readonly [Endpoint, Endpoint])[] {
  return endpoints.flatMap((from) =>
    endpoints.filter((to) => isOurs(from) || isOurs(to)).map((to) => [from, to] as const),
  );
}

/** @returns a sentence for each name in the table that matches no endpoint: its rows would never fail */
export function findAbsentParties(
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): string[] {
  const endpoints = CLUSTERS.flatMap((cluster) => endpointsOf(cluster, manifests, edges));
  const parties = edges.flatMap(({ from, to }) => [from, to]);
  const absent = parties.filter((party) => !endpoints.some((end) => isParty(party, end)));
  return [...new Set(absent.map(({ name }) => `"${name}" in the table matches no endpoint`))];
}

/** @returns a sentence for each kind of compute whose name server the table's rows for port 53 leave out */
export function findResolverProblems(edges: readonly Edge[]): string[] {
  const toDns = edges.filter(({ port }) => port === 53);
  return CLUSTERS.flatMap(({ compute, resolver, pods, services }) => {
    const servers: Endpoint[] = [
      { type: 'addresses', name: formatAddresses(resolver), range: resolver },
      ...pods.filter(({ namespace, labels }) =>
        services.some(
          (each) =>
            each.namespace === namespace &&
            each.ports.some(({ port }) => port === 53) &&
            selects({ matchLabels: each.selector }, labels),
        ),
      ),
    ];
    return servers
      .filter((server) => toDns.length === 0 || !toDns.every(({ to }) => isParty(to, server)))
      .map(({ name }) => `the table has port 53 of others than ${name}, on ${compute}`);
  });
}

function endpointsOf(
  cluster: Cluster,
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): Endpoint[] {
  return [
    ...podsOf(manifests),
    ...cluster.pods,
    ...addressesOf(manifests, [...rangesOf(edges), cluster.resolver]),
  ];
}
