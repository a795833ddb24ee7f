import type { Pool } from 'pg';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { DatabaseObserver } from '../db/connection.ts';
import { createPoolMetrics } from '../db/pool.metrics.ts';
import { createLiveMetrics, type LiveMetrics } from '../modules/cart/live/live-cart.metrics.ts';
import { createShopMetrics, type ShopMetrics } from './shop-metrics.ts';

/** Everything that this process counts. */
export interface Metrics {
  readonly registry: Registry;
  readonly database: DatabaseObserver;
  readonly shop: ShopMetrics;
  readonly live: LiveMetrics;
}

export function createMetrics(pool: Pool, currency: string): Metrics {
  const registry = new Registry();
  // The process: cache, CPU, garbage collection, lag of the event loop.
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    database: createPoolMetrics(registry, pool),
    shop: createShopMetrics(registry, currency),
    live: createLiveMetrics(registry),
  };
}
