import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import type { Config } from './config/config.ts';
import type { Secrets } from './config/secrets.ts';
import type { RequestDatabase } from './db/connection.ts';
import { DatabaseBuckets } from './db/database-buckets.ts';
import { createPoolMetrics } from './db/pool.metrics.ts';
import type { RotatingPool } from './db/pool.ts';
import { createEventMetrics } from './events/events.metrics.ts';
import type { Sink } from './events/sinks/sink.ts';
import { AccessLog } from './http/access-log.ts';
import type { App } from './http/app.ts';
import { type LogStream, loggerOptions } from './http/logger.ts';
import { addDatabase } from './http/plugins/database.ts';
import { addMetricsPage } from './http/plugins/metrics.ts';
import { addProblemDetails } from './http/plugins/problem-details.ts';
import { operationsRoutes } from './http/probes/probes.routes.ts';
import { PROBLEM_CODES } from './http/problem.ts';
import { detailedProblemSchemas, documentedProblemSchema } from './http/problem-schemas.ts';
import { createRegistry } from './metrics/registry.ts';
import { createSettlementMetrics } from './modules/checkout/settlement/settlement.metrics.ts';
import { createStockMetrics } from './modules/inventory/upkeep/stock.metrics.ts';
import type { PaymentProvider } from './modules/payments/payment-provider.ts';
import { WorkerTasks } from './worker-tasks.ts';

export interface WorkerDependencies {
  readonly config: Config;
  readonly pool: RotatingPool;
  /** Besides mail, which needs the database. */
  readonly sinks: readonly Sink[];
  readonly payments: PaymentProvider;
  /** At the mail server. */
  readonly smtpLogin: Secrets['smtpLogin'];
  /** Of links in mails; the API opens them. */
  readonly orderLinkKeys: Secrets['orderLinkKeys'];
  /** Aborted when the process has been told to stop. */
  readonly stopping: AbortSignal;
  /** @default standard output */
  readonly logStream?: LogStream;
}

export interface Worker {
  /** Probes and metrics. */
  readonly app: App;
  /** Begins to work; disposing of it ends what has begun. */
  startTasks(): WorkerTasks;
}

/** Builds the worker from its dependencies; reads no environment and opens no port. */
export async function buildWorker(dependencies: WorkerDependencies): Promise<Worker> {
  const { config, pool, payments, stopping } = dependencies;
  const app: App = fastify({
    logger: loggerOptions(config.logLevel, dependencies.logStream, 'carthub-worker'),
    logController: new AccessLog(),
  }).withTypeProvider<TypeBoxTypeProvider>();
  const registry = createRegistry();
  const observer = createPoolMetrics(registry, pool);
  const buckets = new DatabaseBuckets();
  const database: RequestDatabase = {
    pool,
    observer,
    buckets,
    log: app.log,
    config: config.database,
    requestId: 'worker',
  };
  const sinks = [...dependencies.sinks, ...(await mailSinks(dependencies, database))];
  const names = sinks.map(({ name }) => name);
  const metrics = {
    events: createEventMetrics(registry, database, names),
    settlement: createSettlementMetrics(registry, database),
  };
  createStockMetrics(registry, database);
  addProblemDetails(app);
  addMetricsPage(app, registry);
  addDatabase(app, { config, pool, buckets, metrics: { database: observer } });
  for (const schema of [documentedProblemSchema(PROBLEM_CODES), ...detailedProblemSchemas])
    app.addSchema(schema);
  await app.register((scope: App) => operationsRoutes(scope, { config, stopping }));
  await app.ready();
  return {
    app,
    startTasks: () => new WorkerTasks({ database, buckets, config, sinks, payments, metrics }),
  };
}

async function mailSinks(
  { config, smtpLogin, orderLinkKeys }: WorkerDependencies,
  database: RequestDatabase,
): Promise<Sink[]> {
  const { mail } = config;
  if (!mail) {
    database.log.warn('SMTP_URL is not set: customers get no mail');
    return [];
  }
  // Its modules take time and memory that a worker without mail need not spend.
  const { createMailSink } = await import('./modules/mail/mail-sink.ts');
  return [createMailSink({ config: mail, login: smtpLogin, orderLinkKeys, database })];
}
