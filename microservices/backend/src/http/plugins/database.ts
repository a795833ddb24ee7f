import type { App, Context } from '../../context.ts';
import type { Database } from '../../db/connection.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The database on behalf of this request: its statements carry the request's id. */
    readonly database: Database;
  }
}

export function addDatabase(app: App, { config, pool, metrics }: Context): void {
  app.decorateRequest('database', {
    getter() {
      return {
        pool,
        requestId: this.id,
        log: this.log,
        config: config.database,
        observer: metrics.database,
      };
    },
  });
}
