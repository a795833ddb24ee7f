// Resolves policies to addresses and ports, as aws/amazon-network-policy-controller-k8s does
// (pkg/resolvers/endpoints.go at ecc7e6a): pods become their addresses, and Services of these pods become theirs.

import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../manifests/network-policy.ts';
import { selects } from '../manifests/select.ts';
import type { Pod, Service, ServicePort } from './endpoints.ts';
import { ALL_ADDRESSES, parseCidr, type Range } from './ranges.ts';

/** A pod with an address. */
export interface PlacedPod extends Pod {
  readonly address: number;
}

/** Pods and Services whose addresses the controller knows. */
export interface Addressed {
  readonly pods: readonly PlacedPod[];
  readonly services: readonly Service[];
}

export interface ResolvedPort {
  readonly protocol: string;
  /** Absent: every port. */
  readonly port?: number;
  readonly endPort?: number;
}

export interface ResolvedRule {
  readonly block: Range;
  readonly except: readonly Range[];
  /** Empty: every protocol and port. */
  readonly ports: readonly ResolvedPort[];
}

export type Direction = 'ingress' | 'egress';

export function resolve(
  { metadata, spec }: NetworkPolicy,
  direction: Direction,
  cluster: Addressed,
): ResolvedRule[] {
  const namespace = metadata.namespace ?? 'default';
  if (direction === 'egress')
    return (spec.egress ?? []).flatMap(({ to = [], ports = [] }) =>
      resolveEgress(to, ports, namespace, cluster),
    );
  const own = cluster.pods.filter(
    (pod) => pod.namespace === namespace && selects(spec.podSelector ?? {}, pod.labels),
  );
  return (spec.ingress ?? []).flatMap(({ from = [], ports = [] }) =>
    resolveIngress(from, ports, namespace, own, cluster),
  );
}

/** A port's name means a port of the pods that the policy selects. */
function resolveIngress(
  from: readonly PolicyPeer[],
  ports: readonly PolicyPort[],
  namespace: string,
  own: readonly Pod[],
  { pods }: Addressed,
): ResolvedRule[] {
  const resolved = own.flatMap((pod) => portsOfPod(ports, pod));
  if (ports.length > 0 && resolved.length === 0) return [];
  if (from.length === 0) return [ruleFor(ALL_ADDRESSES, resolved)];
  return from.flatMap((peer) => {
    if (peer.ipBlock) return [ruleForBlock(peer.ipBlock, resolved)];
    return peersIn(pods, peer, namespace).map((pod) => ruleFor(pointAt(pod), resolved));
  });
}

/** A port's name means a port of each destination. Blocks know none. */
function resolveEgress(
  to: readonly PolicyPeer[],
  ports: readonly PolicyPort[],
  namespace: string,
  cluster: Addressed,
): ResolvedRule[] {
  const numbered = ports.filter(({ port }) => typeof port !== 'string').map(numberedPort);
  const hasPorts = ports.length === 0 || numbered.length > 0;
  if (to.length === 0) return hasPorts ? [ruleFor(ALL_ADDRESSES, numbered)] : [];
  return to.flatMap((peer) => {
    if (peer.ipBlock) return hasPorts ? [ruleForBlock(peer.ipBlock, numbered)] : [];
    const toPods = peersIn(cluster.pods, peer, namespace).flatMap((pod) =>
      ruleUnlessPortless(pointAt(pod), ports, portsOfPod(ports, pod)),
    );
    // The agent sees a Service's address, because kube-proxy's translation comes after it. The Service counts only if
    // its own selector has the labels that the policy asks of the pods.
    const toServices = cluster.services
      .filter((service) => isIn(peer, namespace, service.namespace))
      .filter(({ selector }) => selects(peer.podSelector ?? {}, selector))
      .flatMap((service) =>
        ruleUnlessPortless(pointAt(service), ports, portsOfService(ports, service, cluster.pods)),
      );
    return [...toPods, ...toServices];
  });
}

const pointAt = ({ address }: { readonly address: number }): Range => ({
  first: address,
  last: address,
});

const ruleFor = (block: Range, ports: readonly ResolvedPort[]): ResolvedRule => ({
  block,
  except: [],
  ports,
});

function ruleForBlock(
  { cidr, except = [] }: NonNullable<PolicyPeer['ipBlock']>,
  ports: readonly ResolvedPort[],
): ResolvedRule {
  return { block: parseCidr(cidr), except: except.map(parseCidr), ports };
}

function ruleUnlessPortless(
  block: Range,
  wanted: readonly PolicyPort[],
  ports: readonly ResolvedPort[],
): ResolvedRule[] {
  return wanted.length > 0 && ports.length === 0 ? [] : [ruleFor(block, ports)];
}

function peersIn(pods: readonly PlacedPod[], peer: PolicyPeer, namespace: string): PlacedPod[] {
  return pods.filter(
    (pod) => isIn(peer, namespace, pod.namespace) && selects(peer.podSelector ?? {}, pod.labels),
  );
}

function isIn({ namespaceSelector }: PolicyPeer, own: string, namespace: string): boolean {
  return namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace })
    : own === namespace;
}

function numberedPort({ protocol = 'TCP', port, endPort }: PolicyPort): ResolvedPort {
  return {
    protocol,
    ...(typeof port === 'number' ? { port } : {}),
    ...(endPort === undefined ? {} : { endPort }),
  };
}

function portsOfPod(ports: readonly PolicyPort[], pod: Pod): ResolvedPort[] {
  return ports.flatMap((each) => {
    if (typeof each.port !== 'string') return [numberedPort(each)];
    const port = pod.ports[each.port];
    return port === undefined ? [] : [numberedPort({ ...each, port })];
  });
}

function portsOfService(
  ports: readonly PolicyPort[],
  service: Service,
  pods: readonly Pod[],
): ResolvedPort[] {
  const behind = pods.filter(
    ({ namespace, labels }) =>
      namespace === service.namespace && selects({ matchLabels: service.selector }, labels),
  );
  return ports.flatMap((each) => {
    if (each.port === undefined) return [numberedPort(each)];
    const found = listenPort(each, service, behind);
    if (!found || leadsElsewhere(found, each, ports, behind)) return [];
    return [numberedPort({ ...each, port: found.port })];
  });
}

/** The Service's port whose target is the policy's: literally, or by the name that a pod behind gives it. */
function listenPort(
  { port, protocol = 'TCP' }: PolicyPort,
  service: Service,
  behind: readonly Pod[],
): ServicePort | undefined {
  const own = service.ports.filter((each) => each.protocol === protocol);
  const isTarget = (pod: Pod, { targetPort }: ServicePort) => {
    const number = typeof port === 'string' ? pod.ports[port] : port;
    const target = typeof targetPort === 'string' ? pod.ports[targetPort] : targetPort;
    return number !== undefined && number === target;
  };
  return (
    own.find(({ targetPort }) => targetPort === port) ??
    own.find((each) => behind.some((pod) => isTarget(pod, each)))
  );
}

/** Whether a target's name means a port on some pod that the policy does not allow. */
function leadsElsewhere(
  { targetPort }: ServicePort,
  { port, protocol = 'TCP' }: PolicyPort,
  allowed: readonly PolicyPort[],
  behind: readonly Pod[],
): boolean {
  if (typeof port !== 'number' || typeof targetPort !== 'string') return false;
  return behind.some((pod) => {
    const actual = pod.ports[targetPort];
    return (
      actual !== undefined &&
      !allowed.some(
        (each) =>
          (each.protocol ?? 'TCP') === protocol &&
          (each.port === undefined ||
            (typeof each.port === 'number' &&
              actual >= each.port &&
              actual <= (each.endPort ?? each.port))),
      )
    );
  });
}
