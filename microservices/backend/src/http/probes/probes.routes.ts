import { Type } from 'typebox';
import type { Config } from '../../config/config.ts';
import { type Connection, dropConnections, type RequestDatabase } from '../../db/connection.ts';
import { reactionTo } from '../../db/sqlstate.ts';
import { VERSION } from '../../version.ts';
import type { App } from '../app.ts';
import { Problem } from '../problem.ts';
import { responses, strictObject, Timestamp } from '../schemas.ts';
import { KNOWN_SCHEMA_VERSION } from './known-schema.generated.ts';
import { type DatabaseState, hasFractionalPrices, readDatabaseState } from './probes.queries.ts';

/** The oldest schema this release works with. */
const REQUIRED_SCHEMA_VERSION = 44;

const Status = strictObject({ status: Type.String() });

interface ProbeParts {
  readonly config: Pick<Config, 'environment' | 'shop'>;
  readonly stopping: AbortSignal;
}

export async function operationsRoutes(app: App, { config, stopping }: ProbeParts): Promise<void> {
  const requirePricesInCurrency = currencyCheck(config.shop.decimals);
  app.get(
    '/health',
    {
      schema: {
        operationId: 'health',
        summary: 'Whether the service and its database work, for people and dashboards',
        tags: ['operations'],
        response: responses(
          {
            200: strictObject({
              status: Type.Literal('healthy'),
              timestamp: Timestamp,
              version: Type.String(),
              database: Type.Literal('connected'),
              environment: Type.String(),
            }),
          },
          503,
        ),
      },
    },
    async (request) => {
      requireWritable(request.database, await readDatabaseState(request.database));
      return {
        status: 'healthy' as const,
        timestamp: new Date().toISOString(),
        version: VERSION,
        database: 'connected' as const,
        environment: config.environment,
      };
    },
  );

  app.get(
    '/livez',
    {
      schema: {
        operationId: 'livez',
        summary: 'Whether the process answers; it asks nobody else',
        tags: ['operations'],
        response: responses({ 200: Status }),
      },
    },
    async () => ({ status: 'alive' }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'readyz',
        summary:
          'Whether this instance should get traffic: a database that takes changes, its schema, not draining',
        tags: ['operations'],
        response: responses({ 200: Status }, 503),
      },
    },
    async (request) => {
      if (stopping.aborted) throw new Problem('shutting-down');
      const state = await readDatabaseState(request.database).catch(busyIsReady);
      if (state) {
        requireWritable(request.database, state);
        if (state.encoding !== 'UTF8') throw new Problem('database-not-utf8');
        if (state.version < REQUIRED_SCHEMA_VERSION) throw new Problem('schema-too-old');
        if (state.breaking_version > KNOWN_SCHEMA_VERSION) throw new Problem('schema-too-new');
        await requirePricesInCurrency(request.database);
      }
      return { status: 'ready' };
    },
  );
}

/** A server that is here and busy gets no better when this instance gets no traffic. */
function busyIsReady(error: unknown): undefined {
  if (!reactionTo(error)?.isReady) throw error;
}

/** @throws Problem 503 on a standby or a demoted primary; new connections may lead to the primary */
function requireWritable(database: RequestDatabase, { is_read_only: isReadOnly }: DatabaseState) {
  if (!isReadOnly) return;
  dropConnections(database);
  throw new Problem('database-read-only', { retryAfterSeconds: 5 });
}

/** Checks the catalog once: afterwards the import refuses prices that the currency cannot have. */
function currencyCheck(decimals: number): (database: Connection) => Promise<void> {
  let isChecked = decimals > 0;
  return async (database) => {
    if (!isChecked && (await hasFractionalPrices(database))) throw new Problem('currency-mismatch');
    isChecked = true;
  };
}
