/** Resources that Kubernetes creates in AWS, outside the templates. */
import { HOURS_PER_MONTH, type Pods, type Usage } from '../inputs/inputs.ts';
import type { Part } from './pricing-rules.ts';

/** Assumed choice of Auto Mode: the cheapest with 2 vCPU of its general-purpose pool (on demand, x86). */
const AUTO_NODE = { type: 'c6a.large', cpuMilli: 1930, memoryMi: 3300 } as const;
/** Requests of two metrics servers, the secrets CSI driver, kube-state-metrics and Fluent Bit. */
const SYSTEM: Omit<Pods, 'name' | 'replicas'> = { cpuMilli: 350, memoryMi: 700 };

/** Number of nodes that fit the pods' requests; at least `minNodes`. */
export function nodesFor(pods: readonly Pods[], minNodes: number): number {
  const cpu = pods.reduce((total, pod) => total + pod.replicas * pod.cpuMilli, SYSTEM.cpuMilli);
  const memory = pods.reduce((total, pod) => total + pod.replicas * pod.memoryMi, SYSTEM.memoryMi);
  const { cpuMilli, memoryMi } = AUTO_NODE;
  return Math.max(minNodes, Math.ceil(cpu / cpuMilli), Math.ceil(memory / memoryMi));
}

export function autoModeParts(nodes: number, diskGb: number): readonly Part[] {
  const node = `ec2.${AUTO_NODE.type}`;
  const quantity = nodes * HOURS_PER_MONTH;
  return [
    { what: `${nodes} × ${AUTO_NODE.type}`, price: node, quantity },
    { what: 'fee of Auto Mode', price: `${node} × eks.autoMode`, quantity },
    { what: 'disks of nodes', price: 'ebs.gp3', quantity: nodes * diskGb },
  ];
}

/** Load balancer and traffic. */
export function trafficParts(usage: Usage, natGateways: number): readonly Part[] {
  const { lcu, loadBalancerZones, gbOut, gbThroughNat, gbBetweenZones } = usage;
  return [
    { what: 'load balancer', price: 'alb.hour', quantity: HOURS_PER_MONTH },
    { what: 'load balancer units', price: 'alb.lcu', quantity: lcu.value * HOURS_PER_MONTH },
    {
      what: `${loadBalancerZones.value} public addresses of the load balancer`,
      price: 'ec2.publicIpv4',
      quantity: loadBalancerZones.value * HOURS_PER_MONTH,
    },
    // The first 100 GB a month to the internet are free.
    { what: 'traffic out', price: 'transfer.out', quantity: Math.max(0, gbOut.value - 100) },
    { what: 'traffic between zones', price: 'transfer.zones', quantity: 2 * gbBetweenZones.value },
    {
      what: 'traffic through NAT gateways',
      price: 'nat.gb',
      quantity: natGateways > 0 ? gbThroughNat.value : 0,
    },
    {
      what: 'requests looked at by the firewall',
      price: 'waf.requests',
      quantity: usage.millionRequests.value,
    },
    { what: 'requests to keys', price: 'kms.requests', quantity: usage.kmsRequests.value / 10_000 },
  ];
}
