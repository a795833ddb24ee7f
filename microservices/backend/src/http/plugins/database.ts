import type { Pool } from 'pg';
import type { DatabaseConfig } from '../../config/config.ts';
import type { Buckets } from '../../db/buckets.ts';
import type { DatabaseObserver, RequestDatabase } from '../../db/connection.ts';
import type { App } from '../app.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The database on behalf of this request: its statements carry the request's id. */
    readonly database: RequestDatabase;
  }
}

interface DatabaseParts {
  readonly config: { readonly database: DatabaseConfig };
  readonly pool: Pool;
  readonly buckets: Buckets;
  readonly metrics: { readonly database: DatabaseObserver };
}

export function addDatabase(app: App, { config, pool, buckets, metrics }: DatabaseParts): void {
  const warn = (error: Error) =>
    app.log.warn({ err: error }, 'an idle database connection was lost');
  pool.on('error', warn);
  app.addHook('onClose', (_app, done) => {
    pool.off('error', warn);
    done();
  });
  app.decorateRequest('database', {
    getter() {
      return {
        pool,
        buckets,
        requestId: this.id,
        log: this.log,
        config: config.database,
        observer: metrics.database,
      };
    },
  });
}
