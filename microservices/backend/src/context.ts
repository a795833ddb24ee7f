/** Builds what the modules work with, once per process. Only app.ts imports this file; modules get the parts they need. */
import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { Config } from './config/config.ts';
import type { DatabaseObserver } from './db/connection.ts';
import { DatabaseBuckets } from './db/database-buckets.ts';
import { createPoolMetrics } from './db/pool.metrics.ts';
import type { RotatingPool } from './db/pool.ts';
import type { LogStream } from './http/logger.ts';
import { InFlightKeys } from './idempotency/in-flight-keys.ts';
import { createRegistry } from './metrics/registry.ts';
import { createCartMetrics } from './modules/cart/cart.metrics.ts';
import type { CartServices } from './modules/cart/cart-services.ts';
import { CartCache } from './modules/cart/engine/cart-cache.ts';
import { createCartReader } from './modules/cart/engine/cart-reader.ts';
import { CartWriter } from './modules/cart/engine/cart-writer.ts';
import { createLiveMetrics } from './modules/cart/live/live-cart.metrics.ts';
import { createCartEventHub } from './modules/cart/live/live-carts.ts';
import {
  type CheckoutMetrics,
  createCheckoutMetrics,
} from './modules/checkout/checkout.metrics.ts';
import type { TokenService } from './modules/identity/tokens.ts';
import { OrderEngine } from './modules/orders/engine/order-engine.ts';
import type { OrderLinkKeys } from './modules/orders/links/order-links.ts';
import type { PaymentProvider } from './modules/payments/payment-provider.ts';
import { KnownFacts } from './modules/pricing/known-facts.ts';
import type { PricingServices } from './modules/pricing/price-order.ts';
import { settingsRules } from './modules/pricing/rules/settings-rules.ts';
import { ShopRules } from './modules/pricing/rules/shop-rules.ts';
import { smallestUnitMinor } from './money.ts';

/** What `buildApp` gets from outside; nothing is looked up globally. */
export interface Dependencies {
  readonly config: Config;
  readonly pool: RotatingPool;
  readonly tokens: TokenService;
  readonly payments: PaymentProvider;
  readonly orderLinkKeys: OrderLinkKeys;
  /** Aborted when the process has been told to stop. */
  readonly stopping: AbortSignal;
  /** @default standard output */
  readonly logStream?: LogStream;
}

export interface Context extends Dependencies {
  readonly buckets: DatabaseBuckets;
  readonly metrics: {
    readonly registry: Registry;
    readonly database: DatabaseObserver;
    readonly checkout: CheckoutMetrics;
  };
  readonly cart: CartServices;
  readonly orders: OrderEngine;
  readonly pricing: PricingServices;
}

export function createContext(dependencies: Dependencies, log: FastifyBaseLogger): Context {
  const { config, pool } = dependencies;
  const registry = createRegistry();
  const database = createPoolMetrics(registry, pool);
  const cartMetrics = createCartMetrics(registry);
  const checkout = createCheckoutMetrics(registry, config.shop.currency);
  const live = createLiveMetrics(registry);
  const buckets = new DatabaseBuckets();
  const hub = createCartEventHub({ config, pool, buckets, metrics: { database, live }, log });
  const cache = new CartCache(config.shop.currency);
  const cart: CartServices = {
    cache,
    hub,
    reader: createCartReader(cache),
    writer: new CartWriter(cache, undefined, (changed) => hub.publish(changed)),
    inFlightKeys: new InFlightKeys(),
    metrics: cartMetrics,
  };
  return {
    ...dependencies,
    buckets,
    metrics: { registry, database, checkout },
    cart,
    orders: new OrderEngine(),
    pricing: {
      rules: new ShopRules(settingsRules(config.shop)),
      facts: new KnownFacts(),
      smallestUnit: smallestUnitMinor(config.shop.decimals),
    },
  };
}
