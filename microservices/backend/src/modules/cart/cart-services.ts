import type { InFlightKeys } from '../../idempotency/in-flight-keys.ts';
import type { CartMetrics } from './cart.metrics.ts';
import type { CartCache } from './engine/cart-cache.ts';
import type { CartReader } from './engine/cart-reader.ts';
import type { CartWriter } from './engine/cart-writer.ts';
import type { CartEventHub } from './live/cart-event-hub.ts';

/** The parts that the cart's routes share; one of each in a process. */
export interface CartServices {
  readonly cache: CartCache;
  readonly reader: CartReader;
  readonly writer: CartWriter;
  readonly hub: CartEventHub;
  readonly inFlightKeys: InFlightKeys;
  readonly metrics: CartMetrics;
}
