// Which connections the policies allow, by the semantics of NetworkPolicy (Kubernetes, "Network Policies"; API reference
// of NetworkPolicy v1): a pod that no policy selects for a direction is open in that direction ("By default, a pod is
// non-isolated"); otherwise at least one rule must allow the connection ("Network policies do not conflict; they are
// additive"). Both the source's egress and the destination's ingress must allow it. Replies are always allowed. What
// other protocols than these three do, such as ICMP, is "undefined".

import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../manifests/network-policy.ts';
import { selects } from '../manifests/select.ts';
import { type Endpoint, type Pod, portNamed } from './endpoints.ts';
import { contains, parseCidr, type Range } from './ranges.ts';

export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** Whether the destination's ports are open; no policy or table splits the range. */
export type IsOpen = (protocol: string, ports: Range) => boolean;

interface Rule {
  readonly peers: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];
}

interface AppliedRules {
  readonly namespace: string;
  readonly rules: readonly Rule[];
}

/** What the source's policies allow. */
export function egressOf(policies: readonly NetworkPolicy[], from: Endpoint, to: Endpoint): IsOpen {
  return open(rulesFor(policies, from, 'Egress'), to, to);
}

/** What the destination's policies allow. */
export function ingressOf(
  policies: readonly NetworkPolicy[],
  from: Endpoint,
  to: Endpoint,
): IsOpen {
  return open(rulesFor(policies, to, 'Ingress'), from, to);
}

function open(applied: AppliedRules | undefined, peer: Endpoint, to: Endpoint): IsOpen {
  if (applied === undefined) return () => true;
  const rules = applied.rules.filter(
    ({ peers }) =>
      peers.length === 0 || peers.some((each) => isPeer(each, peer, applied.namespace)),
  );
  return (protocol, range) =>
    rules.some(
      ({ ports }) => ports.length === 0 || ports.some((each) => isPort(each, to, protocol, range)),
    );
}

/** @returns undefined if no policy applies to this direction of the endpoint */
function rulesFor(
  policies: readonly NetworkPolicy[],
  endpoint: Endpoint,
  direction: 'Ingress' | 'Egress',
): AppliedRules | undefined {
  if (endpoint.type !== 'pod') return undefined;
  const own = policiesFor(policies, endpoint, direction);
  if (own.length === 0) return undefined;
  const rules = own.flatMap(({ spec }) =>
    direction === 'Ingress'
      ? (spec.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }))
      : (spec.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports })),
  );
  return { namespace: endpoint.namespace, rules };
}

export function policiesFor(
  policies: readonly NetworkPolicy[],
  pod: Pod,
  direction: 'Ingress' | 'Egress',
): NetworkPolicy[] {
  return policies.filter(
    (policy) =>
      (policy.metadata.namespace ?? 'default') === pod.namespace &&
      selects(policy.spec.podSelector ?? {}, pod.labels) &&
      typesOf(policy).includes(direction),
  );
}

/**
 * "If no policyTypes are specified on a NetworkPolicy then by default Ingress will always be set and Egress will be set
 * if the NetworkPolicy has any egress rules": empty lists count as absent (SetDefaults_NetworkPolicy).
 */
export function typesOf({ spec }: NetworkPolicy): readonly string[] {
  const { policyTypes = [], egress = [] } = spec;
  if (policyTypes.length > 0) return policyTypes;
  return egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

function isPeer(peer: PolicyPeer, endpoint: Endpoint, namespace: string): boolean {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (endpoint.type === 'addresses') {
    if (!ipBlock) return false;
    const { cidr, except = [] } = ipBlock;
    const isIn = (text: string) => contains(parseCidr(text), endpoint.range);
    return isIn(cidr) && !except.some(isIn);
  }
  // Blocks "should be cluster-external IPs". That they also match pods with such addresses is compared in enforcement.ts,
  // where pods have addresses.
  if (ipBlock) return false;
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': endpoint.namespace })
    : endpoint.namespace === namespace;
  return inNamespace && selects(podSelector ?? {}, endpoint.labels);
}

function isPort(allowed: PolicyPort, to: Endpoint, protocol: string, range: Range): boolean {
  const { port, endPort } = allowed;
  if ((allowed.protocol ?? 'TCP') !== protocol) return false;
  if (port === undefined) return true;
  const first = typeof port === 'number' ? port : destinationPort(port, protocol, to);
  if (first === undefined) return false;
  return contains({ first, last: endPort ?? first }, range);
}

/** "a numerical or named port on a pod" (API reference, NetworkPolicyPort): of the destination. */
function destinationPort(name: string, protocol: string, to: Endpoint): number | undefined {
  return to.type === 'pod' ? portNamed(name, protocol, to) : undefined;
}

/** The ports and port ranges in the policies, where the port space is split. */
export function portsOf(policies: readonly NetworkPolicy[], pods: readonly Pod[]): Range[] {
  const ports = policies.flatMap(({ spec }) =>
    [...(spec.ingress ?? []), ...(spec.egress ?? [])].flatMap((rule) => rule.ports ?? []),
  );
  return ports.flatMap(({ port, endPort, protocol = 'TCP' }) => {
    if (port === undefined) return [];
    const firsts =
      typeof port === 'number' ? [port] : pods.map((pod) => portNamed(port, protocol, pod));
    return firsts.flatMap((first) =>
      first === undefined ? [] : [{ first, last: endPort ?? first }],
    );
  });
}
