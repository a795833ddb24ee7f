// Which connections the VPC CNI's network policy agent allows (aws/aws-network-policy-agent v1.4.1: its own code and
// this gave equal answers to 2,400,000 look-ups in 60,000 random maps; later ones read blocks with bits after their
// prefix, which ranges.ts refuses).
// Assumption: EKS Auto Mode's agent, which has its own version, behaves alike.
//
// Order for a packet: the agent's program on the pod's interface, then kube-proxy's translation of a Service's address.
// So egress is checked at the address and port that the pod asked for, and ingress at those of the pod
// (pkg/ebpf/c/tc.v4egress.bpf.c, tc.v4ingress.bpf.c). All policies of a pod and direction become one map from blocks to
// ports, and the longest prefix alone decides (pkg/fwruleprocessor/fw_rule_processor.go): unlike in the Kubernetes API,
// an "except" of one rule denies what a wider rule allows (aws/amazon-network-policy-controller-k8s 146).

import type { ResolvedPort, ResolvedRule } from './policy-endpoints.ts';
import { contains, type Range } from './ranges.ts';

/**
 * Of one block (MAX_PORT_PROTOCOL), over all policies of a pod (EKS User Guide, "Limit Pod traffic with Kubernetes
 * network policies"). The agent drops arbitrary ones of more (pkg/utils/utils.go, ComputeTrieValue).
 */
const MAX_PORTS = 24;

interface Entry {
  readonly block: Range;
  readonly except: readonly Range[];
  readonly ports: readonly ResolvedPort[];
  readonly isDenied: boolean;
}

/** The map's entries, longest prefix first. */
export function entriesOf(rules: readonly ResolvedRule[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const rule of [...rules].sort((a, b) => sizeOf(b.block) - sizeOf(a.block))) {
    const known = entries.get(keyOf(rule.block));
    const own = rule.ports.length === 0 ? EVERY_PORT : rule.ports;
    entries.set(keyOf(rule.block), {
      block: rule.block,
      except: [...rule.except, ...(known?.except ?? [])],
      ports: [...own, ...(known?.ports ?? inherited(rule.block, [...entries.values()]))],
      isDenied: false,
    });
  }
  for (const block of rules.flatMap(({ except }) => except))
    if (!entries.has(keyOf(block)))
      entries.set(keyOf(block), { block, except: [], ports: [], isDenied: true });
  const sorted = [...entries.values()].sort((a, b) => sizeOf(a.block) - sizeOf(b.block));
  for (const { ports } of sorted) refuseTooMany(ports);
  return sorted;
}

/** The agent's ANY_IP_PROTOCOL, which also allows protocols without ports. */
const EVERY_PORT: readonly ResolvedPort[] = ['TCP', 'UDP', 'SCTP'].map((protocol) => ({
  protocol,
}));
const sizeOf = ({ first, last }: Range) => last - first;
const keyOf = ({ first, last }: Range) => `${first}-${last}`;

/**
 * A block has the ports of the wider blocks around it, if these do not except its first address
 * (checkAndDeriveL4InfoFromAnyMatchingCIDRsTrie).
 */
function inherited(block: Range, wider: readonly Entry[]): ResolvedPort[] {
  return wider
    .filter((entry) => sizeOf(entry.block) > 0 && contains(entry.block, block))
    .filter(
      ({ except }) =>
        !except.some(({ first, last }) => first <= block.first && block.first <= last),
    )
    .flatMap(({ ports }) => ports);
}

function refuseTooMany(ports: readonly ResolvedPort[]): void {
  const unique = new Set(
    ports.map(({ protocol, port, endPort }) => `${protocol} ${port} ${endPort}`),
  );
  if (unique.size > MAX_PORTS)
    throw new Error(
      `${unique.size} ports of one address are more than the ${MAX_PORTS} it can have`,
    );
}

/** @param ports a range that no rule splits */
export function isAllowed(
  entries: readonly Entry[],
  address: Range,
  protocol: string,
  ports: Range,
): boolean {
  const entry = entries.find(({ block }) => contains(block, address));
  if (!entry || entry.isDenied) return false;
  return entry.ports.some(
    ({ protocol: own, port, endPort }) =>
      own === protocol &&
      (port === undefined || contains({ first: port, last: endPort ?? port }, ports)),
  );
}
