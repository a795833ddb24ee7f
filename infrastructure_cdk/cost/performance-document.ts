import {
  ASSUMED,
  type Capacity,
  CLASSES,
  capacityFor,
  limitsOf,
  type PerOrder,
  perOrder,
} from './capacity.ts';
import { costOf } from './capacity-cost.ts';
import type { Estimate } from './estimate.ts';
import { type CpuPerRequest, readCpu, readJourney } from './inputs.ts';
import { count, table } from './markdown.ts';
import { formatUsd } from './money.ts';
import { readPrices } from './prices.ts';

const RATES = [10, 1_000, 100_000];

function measuredTable(cpu: CpuPerRequest): string {
  const rows = Object.entries(cpu).map(
    ([name, { title, apiUs, databaseUs, measuredOn, machine }]) => [
      `\`${name}\``,
      title,
      `${apiUs}`,
      `${databaseUs}`,
      `${measuredOn}, ${machine}`,
    ],
  );
  const head = ['', 'one request', 'API µs', 'database µs', 'measured'];
  return table(head, ['left', 'left', 'right', 'right', 'left'], rows);
}

function planTable(plans: readonly Capacity[], estimate: Estimate): string {
  const prices = readPrices(estimate.region);
  const costs = plans.map((plan) => costOf(plan, estimate, prices));
  const ofPlans = (what: string, show: (plan: Capacity) => string) => [what, ...plans.map(show)];
  const ofCosts = (what: string, micros: (cost: (typeof costs)[number]) => number) => [
    what,
    ...costs.map((cost) => formatUsd(micros(cost))),
  ];
  const total = (cost: (typeof costs)[number]) =>
    cost.nodes + cost.database + cost.requests + cost.rest;
  const perThousand = costs.map((cost, index) =>
    formatUsd(Math.round((total(cost) * 1000) / ((RATES[index] ?? 1) * 60 * 730))),
  );
  const rows = [
    ofPlans('requests a second', (plan) => count(plan.requestsPerSecond)),
    ofPlans('commits a second', (plan) => count(plan.commitsPerSecond)),
    ofPlans('cores of the API', (plan) => plan.apiCores.toFixed(2)),
    ofPlans('cores of PostgreSQL', (plan) => plan.databaseCores.toFixed(2)),
    ofPlans('backend pods', (plan) => count(plan.backendPods)),
    ofPlans('frontend pods', (plan) => count(plan.frontendPods)),
    ofPlans('nodes', ({ nodes, nodeType }) => `${count(nodes)} × ${nodeType.name}`),
    ofPlans('connections', (plan) => count(plan.connections)),
    ofPlans('writes of the volume a second, at most', (plan) => count(plan.iops)),
    ofPlans('PostgreSQL', (plan) => `${plan.databases} × db.${plan.databaseClass}, Multi-AZ`),
    ofCosts('nodes, a month', (cost) => cost.nodes),
    ofCosts('database', (cost) => cost.database),
    ofCosts('firewall, load balancer, traffic out', (cost) => cost.requests),
    ofCosts('what does not grow', (cost) => cost.rest),
    ofCosts('**sum, if it goes on all month**', total),
    ['**for 1,000 orders**', ...perThousand],
  ];
  const head = ['orders a minute', ...RATES.map(count)];
  return table(head, ['left', 'right', 'right', 'right'], rows);
}

function limitTable(order: PerOrder): string {
  const rows = CLASSES.map((each) => {
    const limits = limitsOf(order, each);
    const of = (name: string) =>
      count(limits.find(({ resource }) => resource === name)?.ordersPerMinute ?? 0);
    const first = limits[0]?.resource ?? '';
    return [`db.${each.name}`, of('CPU'), of('writes of a gp3 volume'), of('connections'), first];
  });
  const head = ['orders a minute by', 'CPU', 'writes of a gp3 volume', 'connections', 'first'];
  return table(head, ['left', 'right', 'right', 'right', 'left'], rows);
}

/** @param measured what the benchmarks write into the document, which is kept as it is */
export function performanceDocument(estimate: Estimate, measured: string): string {
  const [journey, cpu] = [readJourney(), readCpu()];
  const order = perOrder(journey, cpu);
  const plans = RATES.map((rate) => capacityFor(order, rate));
  const one = limitsOf(order, CLASSES.at(-1) ?? { name: '', cores: 0 })[0];
  const a = ASSUMED;
  return `# How much it carries

<!-- Written by \`npm run cost:docs\` in infrastructure_cdk, but for what was measured: change cost/, not this. -->

From the measured CPU time of each request to pods, nodes and dollars. Nothing of this was run at these rates:
it is arithmetic (\`infrastructure_cdk/cost/capacity.ts\`) on what was measured on one small machine. A release
that measures again (\`npm run bench -- --scenario NAME --record\`) changes the tables.

${measured}

## What one request takes

${measuredTable(cpu)}

One order: ${journey.why} That makes ${count(order.requests)} requests,
${order.commits} commits, ${count(order.apiUs / 1000)} ms of the API and ${count(order.databaseUs / 1000)} ms of PostgreSQL.
Sign-in, events of a cart and reading of orders are not in it. nginx was not measured: ${a.nginxUs} µs are
assumed.

## Pods, nodes and dollars

${planTable(plans, estimate)}

- A pod carries ${a.podTarget * 100} % of what it asks for (${a.backendMilli}m), as the autoscalers aim at; PostgreSQL ${a.databaseTarget * 100} % of its cores.
- The autoscalers of today stop at 10 backend pods, and ${a.connectionsPerPod} connections of each are checked against the
  200 that the instance allows. More is a change of \`platform/overlays\` and of \`max_connections\`.
- Beyond 20 small nodes large ones are taken. Beyond some hundred connections a core, fewer and larger pods, or a
  pooler, beat more of these.
- What is paid by the request (firewall, traffic) grows with every order; nodes only start to matter later. At
  high rates a content network in front, that answers reads of products, comes before any other saving.

## Where one PostgreSQL ends

${limitTable(order)}

The last one in reach ends at **${count(one?.ordersPerMinute ?? 0)} orders a minute**, by ${one?.resource ?? ''}. Writes are
counted at ${a.writesPerCommit} for each commit, the upper end: commits at once share one. Log and pages lie on
one volume (gp3: ${count(a.iops.small)} writes a second included, ${count(a.iops.large)} from 400 GiB on, at most ${count(a.iops.most)}).
The figures are those of 64 clients on one process: changes and reads of carts that arrive together share a
statement ([decision 026](decisions/026-versioned-cart-snapshots.md)). A request that comes alone takes several
times as much of PostgreSQL, which does not matter where nothing is scarce. Many pods with few requests each
share less than one busy process does, so the largest rates need a measurement with several processes.

Not computed: a product that is in every order (its row of stock is locked from the taking to the commit, so
its checkouts queue), the disk throughput that each class of instance allows, and reserves for a lost zone.

| step | when | what |
|---|---|---|
| 1 | CPU of the database over ${a.databaseTarget * 100} % | the next class; minutes, by a failover |
| 2 | reads are most of it | read replicas for \`products\`, or a cache in front: nothing of it is a customer's |
| 3 | the largest class is not enough | several databases, by customer: Citus, or Aurora Limitless |

## The way to several databases

Every table of a customer begins with \`customer_id\`, and every hot statement names it.

| table | becomes | because |
|---|---|---|
| \`carts\`, \`cart_items\` | distributed by \`customer_id\`, in one place | a change of a cart touches one customer |
| \`orders\`, \`order_items\` | the same, beside the carts | an order is written with its cart emptied, in one transaction |
| \`products\`, \`schema_version\` | reference, a copy everywhere | read by all, changed seldom; \`cart_items\` has a foreign key to \`products\` |
| \`inventory\` | **neither as it is** | each checkout takes stock of products that all customers share |

\`inventory\` is the one that has to change first. As a reference table each checkout would write to all databases
under one lock; distributed by \`product_id\` each checkout becomes a transaction over several. Either is correct
and slower. What scales is stock in portions: \`(product_id, portion)\`, each database with its own portion, moved
when one runs out; then a checkout stays in one database until the last units. That is a migration, and it can
be made and tested on one PostgreSQL.

1. Stock in portions, on one PostgreSQL.
2. Citus: \`create_reference_table('products')\`, \`create_distributed_table('carts', 'customer_id')\`, the other four
   \`colocate_with => 'carts'\`. Foreign keys hold: they stay inside of a customer, or go to a reference table.
   RDS has no Citus: it means PostgreSQL on own nodes, or Azure's. Aurora Limitless is AWS's own, with
   \`customer_id\` as shard key and \`products\` as reference table; its PostgreSQL is newer than 15.
3. Copy by logical replication while the shop runs, compare counts and sums as \`verify-backup\` does, switch the
   backend's secret, keep the old one for a way back.

Not tried: no distributed PostgreSQL has run this schema yet.
`;
}
