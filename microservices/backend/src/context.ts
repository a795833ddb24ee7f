import type { Config } from './config/config.ts';
import type { RotatingPool } from './db/pool.ts';
import type { ConcurrencyLimiter } from './http/concurrency-limiter.ts';
import type { LogStream } from './http/logger.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { CartEventHub } from './modules/cart/live/cart-event-hub.ts';
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

/** What every module works with. */
export interface Context extends Dependencies {
  readonly metrics: Metrics;
  readonly limiter: ConcurrencyLimiter;
  /** Is told of each cart that has changed, after the commit. */
  readonly hub: CartEventHub;
}
