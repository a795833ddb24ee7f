import { ASSUMED, type Capacity } from './capacity.ts';
import type { Estimate } from './estimate.ts';
import { HOURS_PER_MONTH } from './inputs.ts';
import { sum } from './money.ts';
import { type Line, priceLine } from './price-template.ts';
import type { PriceFile } from './prices.ts';
import type { Part } from './rules.ts';
import { isNode } from './variants.ts';

const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
/** Of an answer, with its headers, compressed; assumed. */
const KB_PER_REQUEST = 3;
const INCLUDED_IN_TEMPLATE = [
  'traffic out',
  'requests looked at by the firewall',
  'load balancer units',
];

export interface CapacityCost {
  readonly nodes: number;
  readonly database: number;
  /** Firewall, load balancer and traffic to the internet: what goes by the request. */
  readonly requests: number;
  /** What does not grow: control plane, NAT gateways, pipelines, keys. */
  readonly rest: number;
}

/** Micro-dollars a month, if the rate went on all month; production's template otherwise. */
export function costOf(
  capacity: Capacity,
  { lines }: Pick<Estimate, 'lines'>,
  prices: PriceFile,
): CapacityCost {
  const of = { stack: '', resource: '', type: 'Kubernetes' };
  const price = (parts: readonly Part[]) =>
    sum(parts.map((part) => priceLine(prices, of, part).micros));
  const { nodes, nodeType, databases, databaseClass, iops, requestsPerSecond } = capacity;
  const node = `ec2.${nodeType.name}`;
  const hours = nodes * HOURS_PER_MONTH;
  const gib = iops / databases > ASSUMED.iops.small ? 400 : 100;
  const included = gib === 400 ? ASSUMED.iops.large : ASSUMED.iops.small;
  const extraIops = Math.max(0, iops - databases * included);
  const requests = requestsPerSecond * SECONDS_PER_MONTH;
  const gbOut = (requests * KB_PER_REQUEST) / 1e6;
  const grows = ({ type, what }: Line) =>
    type === 'AWS::RDS::DBInstance' || INCLUDED_IN_TEMPLATE.includes(what);
  const rest = lines.filter((line) => !isNode(line) && !grows(line));
  // Multi-AZ: two of everything.
  return {
    nodes: price([
      { what: 'nodes', price: node, quantity: hours },
      { what: 'fee', price: `${node} × eks.autoMode`, quantity: hours },
      { what: 'disks', price: 'ebs.gp3', quantity: nodes * 80 },
    ]),
    database: price([
      { what: '', price: `rds.${databaseClass}`, quantity: 2 * databases * HOURS_PER_MONTH },
      { what: '', price: 'rds.gp3', quantity: 2 * databases * gib },
      { what: '', price: 'rds.gp3Iops', quantity: 2 * extraIops },
    ]),
    requests: price([
      { what: '', price: 'waf.requests', quantity: requests / 1e6 },
      { what: '', price: 'transfer.out', quantity: Math.max(0, gbOut - 100) },
      {
        what: '',
        price: 'alb.lcu',
        quantity: Math.max(1, gbOut / HOURS_PER_MONTH) * HOURS_PER_MONTH,
      },
    ]),
    rest: sum(rest.map(({ micros }) => micros)),
  };
}
