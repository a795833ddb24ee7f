import type { Context } from '../../context.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { App } from '../app.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The database on behalf of this request: its statements carry the request's id. */
    readonly database: RequestDatabase;
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
