import type { FastifyBaseLogger } from 'fastify';
import type { Context } from '../../../context.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { CartCache } from '../engine/cart-cache.ts';
import { CartEventHub } from './cart-event-hub.ts';
import { LISTENER_NAME } from './cart-events.queries.ts';
import { CartListener } from './cart-listener.ts';
import { CartNotifier } from './cart-notifier.ts';

/** The feed of this process, with what it says to the others and hears of them. */
export function createCartEventHub(
  { config, pool, metrics }: Omit<Context, 'hub'>,
  log: FastifyBaseLogger,
): CartEventHub {
  const database: RequestDatabase = {
    ...{ pool, log, config: config.database, observer: metrics.database },
    requestId: 'live-carts',
  };
  const listener = new CartListener({
    connect: () => pool.connectAlone(LISTENER_NAME),
    onNotification: (payload) => hub.receive(payload),
    onListening: () => hub.sweep(),
    log,
    waitMs: config.database.waitMs,
  });
  const notifier = new CartNotifier(database, () => listener.processId);
  const hub = new CartEventHub({
    ...{ config: config.live, database },
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
