import { Type } from 'typebox';
import type { Config } from '../../config/config.ts';
import { VERSION } from '../../version.ts';
import type { App } from '../app.ts';
import { Problem } from '../problem.ts';
import { responses, strictObject, Timestamp } from '../schemas.ts';
import { KNOWN_SCHEMA_VERSION } from './known-schema.generated.ts';
import { readSchemaVersion } from './probes.queries.ts';

/** The oldest schema this release works with. */
const REQUIRED_SCHEMA_VERSION = 3;

const Status = strictObject({ status: Type.String() });

interface ProbeParts {
  readonly config: Pick<Config, 'environment'>;
  readonly stopping: AbortSignal;
}

export async function operationsRoutes(app: App, { config, stopping }: ProbeParts): Promise<void> {
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
      await readSchemaVersion(request.database);
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
        summary: 'Whether this instance should get traffic: a database, its schema, not draining',
        tags: ['operations'],
        response: responses({ 200: Status }, 503),
      },
    },
    async (request) => {
      if (stopping.aborted) throw new Problem('shutting-down');
      const { version, breaking_version: breaking } = await readSchemaVersion(request.database);
      if (version < REQUIRED_SCHEMA_VERSION) throw new Problem('schema-too-old');
      if (breaking > KNOWN_SCHEMA_VERSION) throw new Problem('schema-too-new');
      return { status: 'ready' };
    },
  );
}
