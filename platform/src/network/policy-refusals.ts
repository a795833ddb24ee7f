// Refuses policies that the API server refuses (kubernetes, pkg/apis/networking/validation/validation.go), and those that
// mean something else to the VPC CNI or to a real cluster than to this model.

import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../manifests/network-policy.ts';
import { contains, parseCidr } from './ranges.ts';
import { PROTOCOLS, typesOf } from './reachability.ts';

/** The label that every namespace has (Kubernetes, "Well-Known Labels"). Others are not in the manifests. */
const NAME_OF_NAMESPACE = 'kubernetes.io/metadata.name';
/** IsValidPortName: an IANA service name, with a letter. */
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

/** @throws Error that names every policy and reason */
export function refuseUnmodeled(policies: readonly NetworkPolicy[]): void {
  const problems = policies.flatMap((policy) =>
    [...inTypes(policy), ...inRules(policy)].map((problem) => `${policy.metadata.name} ${problem}`),
  );
  if (problems.length > 0) throw new Error(`cannot be modeled: ${problems.join('; ')}`);
}

/**
 * The API ignores the rules of a direction that policyTypes leaves out. The VPC CNI applies them as soon as another
 * policy of the pod has the direction, and without one restricts the pod to them (aws-network-policy-agent,
 * controllers/policyendpoints_controller.go, deriveIngressAndEgressFirewallRules).
 */
function inTypes(policy: NetworkPolicy): string[] {
  const types = typesOf(policy);
  const { ingress = [], egress = [] } = policy.spec;
  return [
    ...types
      .filter((type) => type !== 'Ingress' && type !== 'Egress')
      .map((type) => `has the type ${type}`),
    ...(ingress.length > 0 && !types.includes('Ingress') ? ['has rules but no type Ingress'] : []),
    ...(egress.length > 0 && !types.includes('Egress') ? ['has rules but no type Egress'] : []),
  ];
}

function inRules({ spec }: NetworkPolicy): string[] {
  const { ingress = [], egress = [] } = spec;
  const peers = [
    ...ingress.flatMap(({ from = [] }) => from),
    ...egress.flatMap(({ to = [] }) => to),
  ];
  const ports = [...ingress, ...egress].flatMap((rule) => rule.ports ?? []);
  return [...peers.flatMap(inPeer), ...ports.flatMap(inPort)];
}

/** ValidateNetworkPolicyPeer, ValidateIPBlock. */
function inPeer({ ipBlock, podSelector, namespaceSelector }: PolicyPeer): string[] {
  const { matchLabels = {}, matchExpressions = [] } = namespaceSelector ?? {};
  const unknown = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)].filter(
    (key) => key !== NAME_OF_NAMESPACE,
  );
  const { cidr = '', except = [] } = ipBlock ?? {};
  const isOutside = (text: string) => text === cidr || !contains(parseCidr(cidr), parseCidr(text));
  return [
    ...(ipBlock || podSelector || namespaceSelector ? [] : ['has a peer without a selector']),
    ...(ipBlock && (podSelector || namespaceSelector) ? ['has a block with a selector'] : []),
    ...except.filter(isOutside).map((text) => `excepts ${text}, which is no part of ${cidr}`),
    ...unknown.map((key) => `selects namespaces by ${key}, and any namespace may have that label`),
  ];
}

/** ValidateNetworkPolicyPort; port 0 would be every port to the VPC CNI (ANY_PORT in its tc.v4ingress.bpf.c). */
function inPort({ protocol = 'TCP', port, endPort }: PolicyPort): string[] {
  const isNumber = (value: number) => Number.isInteger(value) && value >= 1 && value <= 65_535;
  const isPort =
    port === undefined || (typeof port === 'number' ? isNumber(port) : PORT_NAME.test(port));
  const isRange =
    endPort === undefined || (typeof port === 'number' && isNumber(endPort) && endPort >= port);
  return [
    ...(PROTOCOLS.some((each) => each === protocol) ? [] : [`has the protocol ${protocol}`]),
    ...(isPort ? [] : [`has the port ${port}`]),
    ...(isRange ? [] : [`has ports from ${port} to ${endPort}`]),
  ];
}
