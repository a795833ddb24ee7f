import type { FastifyBaseLogger } from 'fastify';
import type { Context } from '../../../context.ts';
import type { Database } from '../../../db/connection.ts';
import { CartMemory } from '../engine/cart-cache.ts';
import { CartFeed } from './cart-event-hub.ts';
import { LISTENER_NAME } from './cart-events.queries.ts';
import { CartListener } from './cart-listener.ts';
import { CartRelay } from './cart-notifier.ts';

/** The feed of this process, with what it says to the others and hears of them. */
export function createLiveCarts(
  { config, pool, metrics }: Omit<Context, 'feed'>,
  log: FastifyBaseLogger,
): CartFeed {
  const database: Database = {
    ...{ pool, log, config: config.database, observer: metrics.database },
    requestId: 'live-carts',
  };
  const listener = new CartListener({
    connect: () => pool.connectAlone(LISTENER_NAME),
    onNotification: (payload) => feed.hear(payload),
    onListening: () => feed.sweep(),
    log,
    waitMs: config.database.waitMs,
  });
  const relay = new CartRelay(database, () => listener.processId);
  const feed = new CartFeed({
    ...{ config: config.live, database },
    memory: new CartMemory(config.shop.currency),
    neighbours: {
      announce: (customerId, version) => relay.announce(customerId, version),
      listen: () => listener.start(),
      check: () => listener.check(),
      deafen: () => listener.stop(),
    },
    onStreams: metrics.live.streams,
    onEvent: metrics.live.eventSent,
  });
  return feed;
}
