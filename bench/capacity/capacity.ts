/**
 * Terminology
 * - order: all requests behind one order, including those of visits that buy nothing.
 * - core: one vCPU at 100 %.
 */
import type { CpuPerRequest, Journey } from './inputs.ts';

export interface PerOrder {
  readonly requests: number;
  /** Transactions that write. */
  readonly commits: number;
  readonly apiUs: number;
  readonly databaseUs: number;
}

/** @throws if a kind of request has no measurement */
export function perOrder(journey: Journey, cpu: CpuPerRequest): PerOrder {
  const others = journey.visitsPerOrder - 1;
  const counts = [
    ...Object.entries(journey.readsOfBuyer),
    ...Object.entries(journey.writesOfBuyer),
    ...Object.entries(journey.readsOfOtherVisit).map(([name, n]) => [name, n * others] as const),
  ];
  const total = { requests: 0, apiUs: 0, databaseUs: 0 };
  for (const [name, count] of counts) {
    const measured = cpu[name];
    if (measured === undefined) throw new Error(`The CPU time of "${name}" was never measured.`);
    total.requests += count;
    total.apiUs += count * measured.apiUs;
    total.databaseUs += count * measured.databaseUs;
  }
  const commits = Object.values(journey.writesOfBuyer).reduce((sum, count) => sum + count, 0);
  return { ...total, commits };
}

/** Assumptions; everything else is measured. */
export const ASSUMED = {
  /** Share of a pod's CPU request: the autoscalers' target. */
  podTarget: 0.7,
  backendMilli: 250,
  backendMemoryMi: 256,
  frontendMilli: 110,
  frontendMemoryMi: 80,
  /** CPU of nginx and its exporter for one request; not measured. */
  nginxUs: 100,
  connectionsPerPod: 5,
  /** Share of the database's CPU; the rest is for peaks, vacuum and backups. */
  databaseTarget: 0.6,
  /** The log record and, later, the pages. An upper bound: concurrent commits share a write. */
  writesPerCommit: 3,
  /** Of an RDS gp3 volume below 400 GiB, from 400 GiB, and the maximum that can be bought. */
  iops: { small: 3_000, large: 12_000, max: 64_000 },
  /** The limit of RDS, regardless of memory. */
  maxConnections: 5_000,
} as const;

export interface DatabaseClass {
  readonly name: string;
  readonly cores: number;
}
export const CLASSES: readonly DatabaseClass[] = [
  { name: 'r6g.large', cores: 2 },
  { name: 'r6g.xlarge', cores: 4 },
  { name: 'r6g.2xlarge', cores: 8 },
  { name: 'r6g.4xlarge', cores: 16 },
  { name: 'r6g.8xlarge', cores: 32 },
  { name: 'r6g.16xlarge', cores: 64 },
];
const LARGEST = { name: 'r6g.16xlarge', cores: 64 } as const;

interface NodeType {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMi: number;
}
/** Allocatable to pods. Few large nodes lose less to system pods than many small ones. */
const NODES = {
  small: { name: 'c6a.large', cpuMilli: 1_930, memoryMi: 3_300 },
  large: { name: 'c6a.4xlarge', cpuMilli: 15_890, memoryMi: 28_000 },
} as const;

export interface Capacity {
  readonly ordersPerMinute: number;
  readonly requestsPerSecond: number;
  readonly commitsPerSecond: number;
  readonly apiCores: number;
  readonly databaseCores: number;
  readonly backendPods: number;
  readonly frontendPods: number;
  readonly nodes: number;
  readonly nodeType: NodeType;
  readonly connections: number;
  readonly iops: number;
  readonly databases: number;
  readonly databaseClass: string;
}

/** The smallest plan that carries a steady rate of orders. */
export function capacityFor(order: PerOrder, ordersPerMinute: number): Capacity {
  const perSecond = ordersPerMinute / 60;
  const a = ASSUMED;
  const requestsPerSecond = order.requests * perSecond;
  const apiCores = (order.apiUs * perSecond) / 1e6;
  const databaseCores = (order.databaseUs * perSecond) / 1e6;
  const nginxCores = (requestsPerSecond * a.nginxUs) / 1e6;
  const podsFor = (cores: number, milli: number, atLeast: number) =>
    Math.max(atLeast, Math.ceil((cores * 1000) / (milli * a.podTarget)));
  const backendPods = podsFor(apiCores, a.backendMilli, 3);
  const frontendPods = podsFor(nginxCores, a.frontendMilli, 2);
  const commitsPerSecond = order.commits * perSecond;
  const iops = Math.ceil(commitsPerSecond * a.writesPerCommit);
  const needed = Math.max(databaseCores / a.databaseTarget, (iops / a.iops.max) * LARGEST.cores);
  const databases = Math.max(1, Math.ceil(needed / LARGEST.cores));
  const each = databaseCores / databases / a.databaseTarget;
  const databaseClass = CLASSES.find(({ cores }) => cores >= each)?.name ?? LARGEST.name;
  return {
    ordersPerMinute,
    requestsPerSecond,
    commitsPerSecond,
    apiCores,
    databaseCores,
    backendPods,
    frontendPods,
    ...nodesOf(backendPods, frontendPods),
    connections: backendPods * a.connectionsPerPod,
    iops,
    databases,
    databaseClass,
  };
}

function nodesOf(backend: number, frontend: number) {
  const cpu = backend * ASSUMED.backendMilli + frontend * ASSUMED.frontendMilli;
  const memory = backend * ASSUMED.backendMemoryMi + frontend * ASSUMED.frontendMemoryMi;
  const nodeType = cpu > 20 * NODES.small.cpuMilli ? NODES.large : NODES.small;
  const nodes = Math.max(Math.ceil(cpu / nodeType.cpuMilli), Math.ceil(memory / nodeType.memoryMi));
  return { nodes: Math.max(2, nodes), nodeType };
}

export interface Limit {
  readonly resource: string;
  readonly ordersPerMinute: number;
}

/** How many orders a minute each resource of one PostgreSQL allows, the scarcest first. */
export function limitsOf(order: PerOrder, { cores }: DatabaseClass): readonly Limit[] {
  const a = ASSUMED;
  const maxPods = a.maxConnections / a.connectionsPerPod;
  const coresOfPod = (a.backendMilli / 1000) * a.podTarget;
  const limits = [
    ['CPU', (cores * a.databaseTarget * 1e6) / order.databaseUs],
    ['writes of a gp3 volume', a.iops.max / (order.commits * a.writesPerCommit)],
    ['connections', (maxPods * coresOfPod * 1e6) / order.apiUs],
  ] as const;
  return limits
    .map(([resource, perSecond]) => ({ resource, ordersPerMinute: Math.floor(perSecond * 60) }))
    .toSorted((one, other) => one.ordersPerMinute - other.ordersPerMinute);
}
