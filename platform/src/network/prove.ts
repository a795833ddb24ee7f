import type { Manifest } from '../manifests/kinds.ts';
import type { NetworkPolicy } from '../manifests/network-policy.ts';
import { addressesOf, type Endpoint, OTHER_PODS, podsOf } from './endpoints.ts';
import { ALL_PORTS, cut, formatPorts, join, type Range } from './ranges.ts';
import { type Connection, mayEnter, mayLeave, PROTOCOLS, portsOf } from './reachability.ts';
import { type Edge, isParty, rangesOf } from './table.ts';

/**
 * Compares what the policies allow with what the table lists, for every address and every port.
 * @returns a sentence for each difference
 */
export function findNetworkProblems(
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): string[] {
  const policies = manifests.filter((manifest) => manifest.kind === 'NetworkPolicy');
  const endpoints = endpointsOf(manifests, edges);
  const listed = edges.map(({ port }) => ({ first: port, last: port }));
  const ports = cut(ALL_PORTS, [...portsOf(policies, podsOf(manifests)), ...listed]);

  return pairs(endpoints).flatMap(([from, to]) =>
    PROTOCOLS.flatMap((protocol) => {
      const isListed = isInTable(edges, from, to, protocol);
      const connections = ports.map((range) => ({ from, to, protocol, ports: range }));
      const compare = (end: Endpoint, side: string, isAllowed: typeof mayLeave) =>
        isOurs(end) ? differences(connections, policies, isAllowed, isListed, side) : [];
      return [...compare(from, 'egress', mayLeave), ...compare(to, 'ingress', mayEnter)];
    }),
  );
}

/**
 * Each end is held to the table by itself: a way that is open at one end alone leads nowhere yet, and
 * would be open the day the other end is opened for something else.
 */
function differences(
  connections: readonly Connection[],
  policies: readonly NetworkPolicy[],
  isAllowed: typeof mayLeave,
  isListed: (ports: Range) => boolean,
  side: string,
): string[] {
  const differing = connections.filter(
    (connection) => isAllowed(policies, connection) !== isListed(connection.ports),
  );
  const [first] = differing;
  if (!first) return [];
  const way = `${first.from.name} → ${first.to.name}, ${first.protocol}`;
  const describe = (what: string, wanted: boolean) => {
    const ranges = differing.map(({ ports }) => ports).filter((each) => isListed(each) === wanted);
    return join(ranges).map((range) => `${what}: ${way} ${formatPorts(range)} (${side})`);
  };
  return [
    ...describe('allowed, and not in the table', false),
    ...describe('in the table, and not allowed', true),
  ];
}

const isOurs = (end: Endpoint) => end.type === 'pod' && end.namespace === 'shopping-cart';

/** All that concerns the namespace: others among themselves are not ours to judge. */
function pairs(endpoints: readonly Endpoint[]): (readonly [Endpoint, Endpoint])[] {
  return endpoints.flatMap((from) =>
    endpoints.filter((to) => isOurs(from) || isOurs(to)).map((to) => [from, to] as const),
  );
}

function isInTable(edges: readonly Edge[], from: Endpoint, to: Endpoint, protocol: string) {
  const own = edges.filter(
    (edge) => edge.protocol === protocol && isParty(edge.from, from) && isParty(edge.to, to),
  );
  return ({ first, last }: Range) => first === last && own.some(({ port }) => port === first);
}

/** @returns a sentence for each name of the table that means nobody: its lines would never be missed */
export function findAbsentParties(
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): string[] {
  const endpoints = endpointsOf(manifests, edges);
  const parties = edges.flatMap(({ from, to }) => [from, to]);
  const absent = parties.filter((party) => !endpoints.some((end) => isParty(party, end)));
  return [...new Set(absent.map(({ name }) => `nobody is meant by "${name}" of the table`))];
}

function endpointsOf(manifests: readonly Manifest[], edges: readonly Edge[]): Endpoint[] {
  return [...podsOf(manifests), ...OTHER_PODS, ...addressesOf(manifests, rangesOf(edges))];
}
