// Compares the table with what the VPC CNI enforces. Here everything has an address: pods invented ones in a subnet of
// the nodes, and Services their own, because policies see these.
//
// Not modeled, and said in docs/network.md:
// - A pod's first moments: "until all of the policies are configured for the new pod, containers in the new pod will
//   start with a default allow policy" (aws/amazon-vpc-cni-k8s README, NETWORK_POLICY_ENFORCING_MODE=standard, the
//   default; EKS User Guide, "Create a Node Class", networkPolicy: DefaultAllow).
// - The node of a pod, which the agent always allows (aws-network-policy-agent, fw_rule_processor.go, "Traffic from the
//   local node should always be allowed"), and so every pod in that node's network namespace.
// - Pods of no workload: "Standalone Pods that don't have a metadata.ownerReferences set can't have network policies
//   applied to them" (EKS User Guide, "Limit Pod traffic with Kubernetes network policies").
// - Other policies of EKS (ClusterNetworkPolicy, ApplicationNetworkPolicy): the manifests' schemas know no such kind.
// Assumption: every pod is running. The controller leaves out those without an address and those that have ended.
// Assumption: the agent's maps, which pods share whose names differ only after the last hyphen (its GetPodIdentifier),
// belong to pods of one workload.

import type { Manifest } from '../manifests/kinds.ts';
import type { NetworkPolicy } from '../manifests/network-policy.ts';
import { selects } from '../manifests/select.ts';
import type { Cluster } from './clusters.ts';
import { differences, type Side } from './differences.ts';
import {
  type Addresses,
  addressesOf,
  podsOf,
  portNamed,
  type Service,
  servicesOf,
} from './endpoints.ts';
import { type Addressed, type Direction, type PlacedPod, resolve } from './policy-endpoints.ts';
import { ALL_PORTS, parseAddress, type Range, split } from './ranges.ts';
import { type IsOpen, policiesFor, portsOf } from './reachability.ts';
import { type Edge, listed, rangesOf } from './table.ts';
import { entriesOf, isAllowed } from './vpc-cni.ts';

const FIRST_POD = parseAddress('10.0.4.16');

export function findEnforcementProblems(
  cluster: Cluster,
  manifests: readonly Manifest[],
  edges: readonly Edge[],
): string[] {
  const policies = manifests.filter((manifest) => manifest.kind === 'NetworkPolicy');
  const addressed: Addressed = {
    pods: [...podsOf(manifests), ...cluster.pods].map((pod, index) => ({
      ...pod,
      address: FIRST_POD + index,
    })),
    services: [...servicesOf(manifests), ...cluster.services],
  };
  const others = otherAddresses(cluster, manifests, edges, addressed);
  const ports = portRanges(policies, addressed, edges);
  return addressed.pods
    .filter(({ namespace }) => namespace === 'shopping-cart')
    .flatMap((pod) => [
      ...egressSides(pod, policies, addressed, others, edges),
      ...ingressSides(pod, policies, addressed, others, edges),
    ])
    .flatMap((side) => differences(side, ports));
}

function egressSides(
  from: PlacedPod,
  policies: readonly NetworkPolicy[],
  addressed: Addressed,
  others: readonly Addresses[],
  edges: readonly Edge[],
): Side[] {
  const isOpenAt = enforced(from, 'egress', policies, addressed);
  const side = (name: string, range: Range, isListed: IsOpen): Side => ({
    connection: `${from.name} → ${name}`,
    direction: 'egress by the VPC CNI',
    isOpen: isOpenAt(range),
    isListed: either(isListed, listed(edges, from, addressesAt(name, range))),
  });
  return [
    ...addressed.pods.map((to) => side(to.name, pointAt(to), listed(edges, from, to))),
    ...addressed.services.map((to) =>
      side(to.name, pointAt(to), listedThrough(to, from, addressed, edges)),
    ),
    ...others.map(({ name, range }) => side(name, range, () => false)),
  ];
}

/** Sources have pods' addresses: nothing between pods in a VPC translates them. */
function ingressSides(
  to: PlacedPod,
  policies: readonly NetworkPolicy[],
  addressed: Addressed,
  others: readonly Addresses[],
  edges: readonly Edge[],
): Side[] {
  const isOpenAt = enforced(to, 'ingress', policies, addressed);
  const side = (name: string, range: Range, isListed: IsOpen): Side => ({
    connection: `${name} → ${to.name}`,
    direction: 'ingress by the VPC CNI',
    isOpen: isOpenAt(range),
    isListed: either(isListed, listed(edges, addressesAt(name, range), to)),
  });
  return [
    ...addressed.pods.map((from) => side(from.name, pointAt(from), listed(edges, from, to))),
    ...others.map(({ name, range }) => side(name, range, () => false)),
  ];
}

/** A pod that no policy selects for a direction is open in it. */
function enforced(
  pod: PlacedPod,
  direction: Direction,
  policies: readonly NetworkPolicy[],
  addressed: Addressed,
): (peer: Range) => IsOpen {
  const own = policiesFor(policies, pod, direction === 'egress' ? 'Egress' : 'Ingress');
  if (own.length === 0) return () => () => true;
  const entries = entriesOf(own.flatMap((policy) => resolve(policy, direction, addressed)));
  return (peer) => (protocol, ports) => isAllowed(entries, peer, protocol, ports);
}

/**
 * A Service may be reached at a port whose target is listed for the pods behind it. Without a selector it has none
 * (Kubernetes, "Service", "Services without selectors").
 */
function listedThrough(
  service: Service,
  from: PlacedPod,
  { pods }: Addressed,
  edges: readonly Edge[],
): IsOpen {
  const hasSelector = Object.keys(service.selector).length > 0;
  const behind = pods.filter(
    ({ namespace, labels }) =>
      hasSelector &&
      namespace === service.namespace &&
      selects({ matchLabels: service.selector }, labels),
  );
  return (protocol, { first, last }) =>
    service.ports
      .filter((each) => each.protocol === protocol && each.port === first && first === last)
      .some(({ targetPort }) =>
        behind.some((pod) => {
          const target =
            typeof targetPort === 'string' ? portNamed(targetPort, protocol, pod) : targetPort;
          return (
            target !== undefined &&
            listed(edges, from, pod)(protocol, { first: target, last: target })
          );
        }),
      );
}

const either =
  (one: IsOpen, other: IsOpen): IsOpen =>
  (protocol, ports) =>
    one(protocol, ports) || other(protocol, ports);
const pointAt = ({ address }: { readonly address: number }): Range => ({
  first: address,
  last: address,
});
const addressesAt = (name: string, range: Range): Addresses => ({ type: 'addresses', name, range });

/** Every address that no pod and no Service has. */
function otherAddresses(
  cluster: Cluster,
  manifests: readonly Manifest[],
  edges: readonly Edge[],
  { pods, services }: Addressed,
): Addresses[] {
  const points = [...pods, ...services].map(pointAt);
  const taken = new Set(points.map(({ first }) => first));
  return addressesOf(manifests, [...rangesOf(edges), cluster.resolver, ...points]).filter(
    ({ range }) => !taken.has(range.first),
  );
}

function portRanges(
  policies: readonly NetworkPolicy[],
  { pods, services }: Addressed,
  edges: readonly Edge[],
): Range[] {
  const single = ({ port }: { readonly port: number }) => ({ first: port, last: port });
  return split(ALL_PORTS, [
    ...portsOf(policies, pods),
    ...edges.map(single),
    ...services.flatMap((service) => service.ports.map(single)),
  ]);
}
