import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../../../config/config.ts';
import type { Buckets } from '../../../db/buckets.ts';
import type { DatabaseObserver, RequestDatabase } from '../../../db/connection.ts';
import type { RotatingPool } from '../../../db/pool.ts';
import { CartCache } from '../engine/cart-cache.ts';
import { CartEventHub } from './cart-event-hub.ts';
import { LISTENER_NAME } from './cart-events.queries.ts';
import { CartListener } from './cart-listener.ts';
import { CartNotifier } from './cart-notifier.ts';
import type { LiveMetrics } from './live-cart.metrics.ts';

interface Parts {
  readonly config: Pick<Config, 'database' | 'live' | 'shop'>;
  readonly pool: RotatingPool;
  readonly buckets: Buckets;
  readonly metrics: { readonly database: DatabaseObserver; readonly live: LiveMetrics };
  readonly log: FastifyBaseLogger;
}

/** The hub of this process, connected to the other processes through PostgreSQL's NOTIFY and LISTEN. */
export function createCartEventHub({ config, pool, buckets, metrics, log }: Parts): CartEventHub {
  const database: RequestDatabase = {
    pool,
    buckets,
    log,
    config: config.database,
    observer: metrics.database,
    requestId: 'live-carts',
  };
  const listener = new CartListener({
    connect: () => pool.connectAlone(LISTENER_NAME),
    onNotification: (payload) => hub.receive(payload),
    onListening: () => hub.sweep(),
    log,
    patience: config.database,
  });
  const notifier = new CartNotifier(database, () => listener.processId);
  const hub = new CartEventHub({
    config: config.live,
    database,
    cache: new CartCache(config.shop.currency),
    peers: {
      publish: (customerId, version) => notifier.publish(customerId, version),
      listen: () => listener.start(),
      check: () => listener.check(),
      stopListening: () => listener.stop(),
    },
    onStreams: metrics.live.streams,
    onEvent: metrics.live.eventSent,
  });
  return hub;
}
