import type { Manifest } from '../manifests/kinds.ts';
import { addressesOf, type Endpoint, OTHER_PODS, podsOf } from './endpoints.ts';
import { ALL_PORTS, formatPorts, join, type Range, split } from './ranges.ts';
import { egressOf, ingressOf, PROTOCOLS, portsOf } from './reachability.ts';
import { type Edge, isParty, rangesOf } from './table.ts';

/**
 * Compares the connections that the policies allow with the table, for every address and every port.
 * @returns a sentence for each difference
 */
export function findNetworkProblems(
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): string[] {
  const policies = manifests.filter((manifest) => manifest.kind === 'NetworkPolicy');
  const endpoints = endpointsOf(manifests, edges);
  const tablePorts = edges.map(({ port }) => ({ first: port, last: port }));
  const ports = split(ALL_PORTS, [...portsOf(policies, podsOf(manifests)), ...tablePorts]);

  return pairs(endpoints).flatMap(([from, to]) => {
    const egress = isOurs(from) ? egressOf(policies, from, to) : undefined;
    const ingress = isOurs(to) ? ingressOf(policies, from, to) : undefined;
    return PROTOCOLS.flatMap((protocol) => {
      const isListed = listed(edges, from, to, protocol);
      const compare = (isOpen: typeof egress, side: string) =>
        differences(ports, (range) => isOpen?.(protocol, range) ?? isListed(range), isListed).map(
          ([what, at]) => `${what}: ${from.name} → ${to.name}, ${protocol} ${at} (${side})`,
        );
      return [...compare(egress, 'egress'), ...compare(ingress, 'ingress')];
    });
  });
}

/**
 * Each end is compared with the table on its own: a connection that only one end allows does not work today, but
 * would work as soon as the other end is opened for something else.
 */
function differences(
  ports: readonly Range[],
  isOpen: (range: Range) => boolean,
  isListed: (range: Range) => boolean,
): (readonly [what: string, ports: string])[] {
  const differing = ports.filter((range) => isOpen(range) !== isListed(range));
  const describe = (what: string, wanted: boolean) =>
    join(differing.filter((range) => isListed(range) === wanted)).map(
      (range) => [what, formatPorts(range)] as const,
    );
  return [
    ...describe('allowed but not in the table', false),
    ...describe('in the table but not allowed', true),
  ];
}

const isOurs = (end: Endpoint) => end.type === 'pod' && end.namespace === 'shopping-cart';

/** All pairs with at least one end in our namespace. */
function pairs(endpoints: readonly Endpoint[]): (readonly [Endpoint, Endpoint])[] {
  return endpoints.flatMap((from) =>
    endpoints.filter((to) => isOurs(from) || isOurs(to)).map((to) => [from, to] as const),
  );
}

function listed(edges: readonly Edge[], from: Endpoint, to: Endpoint, protocol: string) {
  const own = edges.filter(
    (edge) => edge.protocol === protocol && isParty(edge.from, from) && isParty(edge.to, to),
  );
  return ({ first, last }: Range) => first === last && own.some(({ port }) => port === first);
}

/** @returns a sentence for each name in the table that matches no endpoint: its rows would never fail */
export function findAbsentParties(
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): string[] {
  const endpoints = endpointsOf(manifests, edges);
  const parties = edges.flatMap(({ from, to }) => [from, to]);
  const absent = parties.filter((party) => !endpoints.some((end) => isParty(party, end)));
  return [...new Set(absent.map(({ name }) => `"${name}" in the table matches no endpoint`))];
}

function endpointsOf(manifests: readonly Manifest[], edges: readonly Edge[]): Endpoint[] {
  return [...podsOf(manifests), ...OTHER_PODS, ...addressesOf(manifests, rangesOf(edges))];
}
