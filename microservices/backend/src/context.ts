/** Builds what the modules work with, once per process. Only app.ts imports this file; modules get the parts they need. */
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from './config/config.ts';
import type { RotatingPool } from './db/pool.ts';
import type { LogStream } from './http/logger.ts';
import { InFlightKeys } from './idempotency/in-flight-keys.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import type { CartServices } from './modules/cart/cart-services.ts';
import { CartCache } from './modules/cart/engine/cart-cache.ts';
import { createCartReader } from './modules/cart/engine/cart-reader.ts';
import { CartWriter } from './modules/cart/engine/cart-writer.ts';
import { createCartEventHub } from './modules/cart/live/live-carts.ts';
import type { TokenService } from './modules/identity/tokens.ts';
import type { PaymentProvider } from './modules/payments/payment-provider.ts';

/** What `buildApp` gets from outside; nothing is looked up globally. */
export interface Dependencies {
  readonly config: Config;
  readonly pool: RotatingPool;
  readonly tokens: TokenService;
  readonly payments: PaymentProvider;
  /** Aborted when the process has been told to stop. */
  readonly stopping: AbortSignal;
  /** @default standard output */
  readonly logStream?: LogStream;
}

export interface Context extends Dependencies {
  readonly metrics: Metrics;
  readonly cart: CartServices;
}

export function createContext(dependencies: Dependencies, log: FastifyBaseLogger): Context {
  const { config, pool } = dependencies;
  const metrics = createMetrics(pool, config.shop.currency);
  const hub = createCartEventHub({ config, pool, metrics, log });
  const cache = new CartCache(config.shop.currency);
  const cart: CartServices = {
    cache,
    hub,
    reader: createCartReader(cache),
    writer: new CartWriter(cache, undefined, (changed) => hub.publish(changed)),
    inFlightKeys: new InFlightKeys(),
    metrics: metrics.shop,
  };
  return { ...dependencies, metrics, cart };
}
