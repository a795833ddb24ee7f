// The second part of docs/performance.md: a capacity plan computed from measured CPU time.

import { formatUsd } from '../../infrastructure_cdk/cost/estimate/money.ts';
import { readPrices } from '../../infrastructure_cdk/cost/inputs/prices.ts';
import {
  ASSUMED,
  type Capacity,
  CLASSES,
  capacityFor,
  limitsOf,
  type PerOrder,
  perOrder,
} from '../capacity/capacity.ts';
import { type CpuPerRequest, type Journey, readCpu, readJourney } from '../capacity/inputs.ts';
import { costOf, fixedCost } from '../capacity/monthly-cost.ts';
import { markdownTable } from '../report/markdown.ts';
import { SEVERAL_DATABASES } from './several-databases.ts';

const RATES = [10, 1_000, 100_000];
const MINUTES_PER_MONTH = 60 * 730;
const REGION = 'us-west-2';

/** `1,667`; below ten with one decimal. */
function count(value: number): string {
  const shown =
    value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
  return shown.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

export function capacitySections(): string {
  const [journey, cpu] = [readJourney(), readCpu()];
  const order = perOrder(journey, cpu);
  return [
    '## CPU time of one request',
    cpuTable(cpu),
    orderText(journey, order),
    '## Pods, nodes and dollars',
    planTable(RATES.map((rate) => capacityFor(order, rate))),
    planNotes(),
    '## Limits of one PostgreSQL',
    limitTable(order),
    limitNotes(order),
    SEVERAL_DATABASES,
  ].join('\n\n');
}

function cpuTable(cpu: CpuPerRequest): string {
  const measured = Object.values(cpu).map(({ measuredOn, machine }) => `${measuredOn}, ${machine}`);
  const rows = Object.entries(cpu).map(([name, request]) => [
    `\`${name}\``,
    `${request.apiUs}`,
    `${request.databaseUs}`,
  ]);
  const table = markdownTable(['', 'API µs', 'database µs'], rows);
  return `${table}\n\nMeasured ${[...new Set(measured)].join('; ')}.`;
}

const orderText = (journey: Journey, order: PerOrder): string =>
  `One order: ${journey.why} In sum ${count(order.requests)} requests, ${order.commits} commits, \
${count(order.apiUs / 1000)} ms of the API and ${count(order.databaseUs / 1000)} ms of PostgreSQL.
Sign-in, cart events and order history are not included. nginx was not measured; ${ASSUMED.nginxUs} µs are assumed.`;

function planTable(plans: readonly Capacity[]): string {
  const [prices, fixed] = [readPrices(REGION), fixedCost()];
  const costs = plans.map((plan) => costOf(plan, fixed, prices));
  type Cost = (typeof costs)[number];
  const ofPlans = (what: string, show: (plan: Capacity) => string) => [what, ...plans.map(show)];
  const ofCosts = (what: string, micros: (cost: Cost) => number) => [
    what,
    ...costs.map((cost) => formatUsd(micros(cost))),
  ];
  const total = (cost: Cost) => cost.nodes + cost.database + cost.requests + cost.fixed;
  const perThousand = costs.map((cost, index) =>
    formatUsd(Math.round((total(cost) * 1000) / ((RATES[index] ?? 1) * MINUTES_PER_MONTH))),
  );
  const rows = [
    ofPlans('requests per second', (plan) => count(plan.requestsPerSecond)),
    ofPlans('commits per second', (plan) => count(plan.commitsPerSecond)),
    ofPlans('API cores', (plan) => plan.apiCores.toFixed(2)),
    ofPlans('PostgreSQL cores', (plan) => plan.databaseCores.toFixed(2)),
    ofPlans('backend pods', (plan) => count(plan.backendPods)),
    ofPlans('frontend pods', (plan) => count(plan.frontendPods)),
    ofPlans('nodes', ({ nodes, nodeType }) => `${count(nodes)} × ${nodeType.name}`),
    ofPlans('connections', (plan) => count(plan.connections)),
    ofPlans('volume writes per second, at most', (plan) => count(plan.iops)),
    ofPlans('PostgreSQL (Multi-AZ)', (plan) => `${plan.databases} × db.${plan.databaseClass}`),
    ofCosts('nodes', (cost) => cost.nodes),
    ofCosts('database', (cost) => cost.database),
    ofCosts('firewall, load balancer, traffic out', (cost) => cost.requests),
    ofCosts('fixed', (cost) => cost.fixed),
    ofCosts('**sum per month at this rate**', total),
    ['**per 1,000 orders**', ...perThousand],
  ];
  return markdownTable(['orders per minute', ...RATES.map(count)], rows);
}

const planNotes = (): string =>
  `- Pods run at ${ASSUMED.podTarget * 100} % of their CPU request (${ASSUMED.backendMilli}m), the autoscalers' target; PostgreSQL at ${ASSUMED.databaseTarget * 100} %.
- The autoscalers stop at 10 backend pods today: ${ASSUMED.connectionsPerPod} connections each, checked against the 200 of the instance.
  More needs \`platform/overlays\` and \`max_connections\` changed.
- Above 20 small nodes, use large ones. Above some hundred connections per core, use fewer, larger pods or a pooler.
- Costs per request (firewall, traffic) dominate long before nodes do: at high rates, put a CDN in front of product reads
  first.`;

const WRITES = 'writes of a gp3 volume';

function limitTable(order: PerOrder): string {
  const rows = CLASSES.map((each) => {
    const limits = limitsOf(order, each);
    const of = (name: string) =>
      count(limits.find(({ resource }) => resource === name)?.ordersPerMinute ?? 0);
    return [`db.${each.name}`, of('CPU'), of(WRITES), of('connections')];
  });
  return markdownTable(['orders per minute, by', 'CPU', WRITES, 'connections'], rows);
}

function limitNotes(order: PerOrder): string {
  const largest = limitsOf(order, CLASSES.at(-1) ?? { name: '', cores: 0 })[0];
  const { iops, writesPerCommit, databaseTarget } = ASSUMED;
  return `The largest class carries **${count(largest?.ordersPerMinute ?? 0)} orders per minute**, limited by ${largest?.resource ?? ''}.

- Writes count ${writesPerCommit} per commit, an upper bound: concurrent commits share one. Log and pages are on one gp3 volume
  (${count(iops.small)} writes per second included, ${count(iops.large)} from 400 GiB, at most ${count(iops.max)}).
- CPU times are those of 64 clients on one process, where concurrent requests share a statement
  ([decision 026](decisions/026-versioned-cart-snapshots.md)). A single request costs PostgreSQL several times as much, and many
  lightly loaded pods batch less: the largest rates need a measurement with several processes.
- Not computed: a product in every order (checkouts queue for its stock row until commit), disk throughput by
  instance class, reserves for a lost zone.

| step | when | what |
| --- | --- | --- |
| 1 | database CPU above ${databaseTarget * 100} % | the next instance class: minutes, by a failover |
| 2 | mostly reads | read replicas or a cache for \`products\`, which hold no customer data |
| 3 | the largest class is too small | several databases, by customer |`;
}
