// What a capacity plan costs a month, at the prices and with the fixed costs of infrastructure_cdk/cost.

import { sum } from '../../infrastructure_cdk/cost/estimate/money.ts';
import { priceLine } from '../../infrastructure_cdk/cost/estimate/price-template.ts';
import { HOURS_PER_MONTH, readAgreed } from '../../infrastructure_cdk/cost/inputs/inputs.ts';
import type { PriceFile } from '../../infrastructure_cdk/cost/inputs/prices.ts';
import { ASSUMED, type Capacity } from './capacity.ts';

const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
/** Of a compressed response with its headers; assumed. */
const KB_PER_REQUEST = 3;
/** Kinds of cost in the production template that the plan replaces with its own. */
const NODE_KINDS = [
  'Kubernetes: c6a.large',
  'Kubernetes: fee of Auto Mode',
  'Kubernetes: disks of nodes',
];
export const GROWING_KINDS = [
  ...NODE_KINDS,
  'AWS::RDS::DBInstance',
  'Kubernetes: traffic out',
  'Kubernetes: requests looked at by the firewall',
  'Kubernetes: load balancer units',
];

export interface MonthlyCost {
  readonly nodes: number;
  readonly database: number;
  /** Firewall, load balancer and traffic to the internet: billed by request. */
  readonly requests: number;
  /** Control plane, NAT gateways, pipelines, keys: does not grow. */
  readonly fixed: number;
}

interface Part {
  readonly price: string;
  readonly quantity: number;
}

/**
 * Micro-dollars of the production template's kinds that do not grow with the rate.
 * @param kinds micro-dollars by kind, as in cost/inputs/agreed.generated.json
 * @throws if a growing kind is unknown: it was renamed, and would be counted twice
 */
export function fixedCost(
  kinds: Readonly<Record<string, number>> = readAgreed('production'),
): number {
  const unknown = GROWING_KINDS.filter((kind) => kinds[kind] === undefined);
  if (unknown.length > 0) throw new Error(`The cost estimate has no ${unknown.join(', ')}.`);
  const fixed = Object.entries(kinds).filter(([kind]) => !GROWING_KINDS.includes(kind));
  return sum(fixed.map(([, micros]) => micros));
}

/** Micro-dollars a month, if the rate lasts all month. */
export function costOf(capacity: Capacity, fixed: number, prices: PriceFile): MonthlyCost {
  const of = { stack: '', resource: '', type: 'Kubernetes' };
  const total = (parts: readonly Part[]) =>
    sum(parts.map((part) => priceLine(prices, of, { what: '', ...part }).micros));
  const { nodes, nodeType, databases, databaseClass, iops, requestsPerSecond } = capacity;
  const node = `ec2.${nodeType.name}`;
  const hours = nodes * HOURS_PER_MONTH;
  const gib = iops / databases > ASSUMED.iops.small ? 400 : 100;
  const included = gib === 400 ? ASSUMED.iops.large : ASSUMED.iops.small;
  const extraIops = Math.max(0, iops - databases * included);
  const requests = requestsPerSecond * SECONDS_PER_MONTH;
  const gbOut = (requests * KB_PER_REQUEST) / 1e6;
  const loadBalancerUnits = Math.max(1, gbOut / HOURS_PER_MONTH);
  return {
    nodes: total([
      { price: node, quantity: hours },
      { price: `${node} × eks.autoMode`, quantity: hours },
      { price: 'ebs.gp3', quantity: nodes * 80 },
    ]),
    // Multi-AZ: two of everything.
    database: total([
      { price: `rds.${databaseClass}`, quantity: 2 * databases * HOURS_PER_MONTH },
      { price: 'rds.gp3', quantity: 2 * databases * gib },
      { price: 'rds.gp3Iops', quantity: 2 * extraIops },
    ]),
    requests: total([
      { price: 'waf.requests', quantity: requests / 1e6 },
      { price: 'transfer.out', quantity: Math.max(0, gbOut - 100) },
      { price: 'alb.lcu', quantity: loadBalancerUnits * HOURS_PER_MONTH },
    ]),
    fixed,
  };
}
