import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import type { Config } from './config/config.ts';
import type { RequestDatabase } from './db/connection.ts';
import { createPoolMetrics } from './db/pool.metrics.ts';
import type { RotatingPool } from './db/pool.ts';
import { createEventMetrics } from './events/events.metrics.ts';
import { Relay } from './events/relay/relay.ts';
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

/** A database has one bucket. */
export const BUCKETS: readonly number[] = [0];

export interface WorkerDependencies {
  readonly config: Config;
  readonly pool: RotatingPool;
  readonly sinks: readonly Sink[];
  /** Aborted when the process has been told to stop. */
  readonly stopping: AbortSignal;
  /** @default standard output */
  readonly logStream?: LogStream;
}

export interface Worker {
  /** Probes and metrics. */
  readonly app: App;
  /** Begins to deliver; disposing of it ends what has begun. */
  startRelay(): Relay;
}

/** Builds the worker from its dependencies; reads no environment and opens no port. */
export async function buildWorker(dependencies: WorkerDependencies): Promise<Worker> {
  const { config, pool, sinks, stopping } = dependencies;
  const app: App = fastify({
    logger: loggerOptions(config.logLevel, dependencies.logStream, 'carthub-worker'),
    logController: new AccessLog(),
  }).withTypeProvider<TypeBoxTypeProvider>();
  const registry = createRegistry();
  const observer = createPoolMetrics(registry, pool);
  const database: RequestDatabase = {
    pool,
    observer,
    log: app.log,
    config: config.database,
    requestId: 'worker',
  };
  const names = sinks.map(({ name }) => name);
  const metrics = createEventMetrics(registry, database, BUCKETS, names);
  addProblemDetails(app);
  addMetricsPage(app, registry);
  addDatabase(app, { config, pool, metrics: { database: observer } });
  for (const schema of [documentedProblemSchema(PROBLEM_CODES), ...detailedProblemSchemas])
    app.addSchema(schema);
  await app.register((scope: App) => operationsRoutes(scope, { config, stopping }));
  await app.ready();
  return {
    app,
    startRelay: () =>
      new Relay({ database, buckets: BUCKETS, sinks, config: config.events, metrics }),
  };
}
