import type { LevelWithSilent } from 'pino';
import { minorFromDecimal } from '../money.ts';
import { corsOrigins } from './cors-origins.ts';
import { decimalsOf } from './currencies.ts';
import type { Environment } from './env.ts';

/** What the service needs to know, in the units it computes with. Secrets are apart, in secrets.ts. */
export interface Config {
  readonly environment: string;
  readonly logLevel: LevelWithSilent;
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly identity: IdentityConfig;
  readonly shop: ShopConfig;
  readonly live: LiveConfig;
  readonly events: EventsConfig;
  readonly worker: WorkerConfig;
  readonly payment: { readonly provider: 'test'; readonly timeoutMs: number };
}

/** Streams of a cart's events. */
interface LiveConfig {
  readonly maxStreams: number;
  readonly maxStreamsPerCustomer: number;
  readonly heartbeatMs: number;
  /** How often carts are compared whose change nobody has announced. */
  readonly sweepMs: number;
}

interface WorkerConfig {
  /** Of its probes and metrics. */
  readonly port: number;
  readonly ordersPollMs: number;
  readonly stockPollMs: number;
}

/** How the worker delivers events. */
export interface EventsConfig {
  readonly pollMs: number;
  /** Deliveries of a sink at once. */
  readonly concurrency: number;
  readonly firstRetryMs: number;
  readonly maxAttempts: number;
  /** Beyond the longest attempt. */
  readonly leaseMs: number;
  readonly webhook: { readonly url: string; readonly timeoutMs: number } | null;
  readonly snsTopicArn: string | null;
  readonly eventBusArn: string | null;
}

interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly corsOrigins: readonly string[];
  readonly trustProxy: readonly string[];
  /** Requests a minute; 0 is no limit. */
  readonly rateLimit: { readonly perCustomer: number; readonly perAddress: number };
  /** 0 is no limit. */
  readonly maxConcurrentRequests: number;
  readonly shutdownLingerMs: number;
  /** From SIGTERM on, so that it includes the former. */
  readonly shutdownGraceMs: number;
}

export interface DatabaseConfig {
  readonly poolMax: number;
  /** For a connection, and for a sign of life of a server that has gone silent. */
  readonly waitMs: number;
  readonly statementTimeoutMs: number;
  /** Of one statement; a request waits longer, without a connection. */
  readonly lockTimeoutMs: number;
  readonly slowStatementMs: number;
  /** Whether the text of each statement names its request. */
  readonly hasComments: boolean;
}

export interface IdentityConfig {
  /** Whether callers must prove who they are; `false` trusts the ids they send. */
  readonly required: boolean;
  readonly guestTokenTtlSeconds: number;
  /** How long an expired guest token can still be exchanged for a new one. */
  readonly guestTokenGraceSeconds: number;
  readonly cookieSecure: boolean;
  readonly oidc: { readonly issuer: string; readonly audience: string } | null;
}

export interface ShopConfig {
  /** ISO 4217 code. */
  readonly currency: string;
  /** How many decimals an amount in this currency has. */
  readonly decimals: 0 | 2;
  /** Millionths: 88,750 is 8.875 %. */
  readonly taxRateMillionths: number;
  readonly shippingFlatMinor: number;
  /** Subtotal from which shipping is free; `null` is never. */
  readonly shippingFreeFromMinor: number | null;
  /** An order that leaves so many units of a product is reported by an event. */
  readonly stockLowAt: number;
}

export function toConfig(env: Environment): Config {
  return {
    environment: env.ENVIRONMENT,
    logLevel: env.LOG_LEVEL,
    http: {
      host: env.HOST,
      port: env.PORT,
      corsOrigins: corsOrigins(env.CORS_ORIGINS),
      trustProxy: commaSeparated(env.TRUST_PROXY),
      rateLimit: {
        perCustomer: env.RATE_LIMIT_PER_CUSTOMER,
        perAddress: env.RATE_LIMIT_PER_ADDRESS,
      },
      maxConcurrentRequests: env.MAX_CONCURRENT_REQUESTS,
      shutdownLingerMs: env.SHUTDOWN_LINGER_MS,
      shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    },
    database: {
      poolMax: env.DB_POOL_MAX,
      waitMs: env.DB_WAIT_MS,
      statementTimeoutMs: env.DB_STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: env.DB_LOCK_TIMEOUT_MS,
      slowStatementMs: env.DB_SLOW_STATEMENT_MS,
      hasComments: env.DB_STATEMENT_COMMENTS === 'on',
    },
    identity: {
      required: env.CARTHUB_AUTH === 'on',
      guestTokenTtlSeconds: env.GUEST_TOKEN_TTL_HOURS * 3600,
      guestTokenGraceSeconds: env.GUEST_TOKEN_GRACE_HOURS * 3600,
      cookieSecure: env.COOKIE_SECURE === 'on',
      oidc:
        env.OIDC_ISSUER && env.OIDC_AUDIENCE
          ? { issuer: env.OIDC_ISSUER, audience: env.OIDC_AUDIENCE }
          : null,
    },
    shop: {
      currency: env.CURRENCY,
      decimals: decimalsOf(env.CURRENCY) ?? 2,
      taxRateMillionths: millionthsFromPercent(env.TAX_RATE_PERCENT),
      shippingFlatMinor: minorFromDecimal(env.SHIPPING_FLAT),
      shippingFreeFromMinor: minorFromDecimal(env.SHIPPING_FREE_FROM) || null,
      stockLowAt: env.STOCK_LOW_AT,
    },
    live: {
      maxStreams: env.LIVE_STREAMS_MAX,
      maxStreamsPerCustomer: env.LIVE_STREAMS_PER_CUSTOMER,
      heartbeatMs: env.LIVE_HEARTBEAT_MS,
      sweepMs: env.LIVE_SWEEP_MS,
    },
    payment: { provider: env.PAYMENT_PROVIDER, timeoutMs: env.PAYMENT_TIMEOUT_MS },
    worker: {
      port: env.WORKER_PORT,
      ordersPollMs: env.ORDERS_POLL_MS,
      stockPollMs: env.STOCK_POLL_MS,
    },
    events: {
      pollMs: env.EVENT_POLL_MS,
      concurrency: env.EVENT_CONCURRENCY,
      firstRetryMs: env.EVENT_RETRY_MS,
      maxAttempts: env.EVENT_MAX_ATTEMPTS,
      leaseMs: env.EVENT_LEASE_MS,
      webhook: env.WEBHOOK_URL ? { url: env.WEBHOOK_URL, timeoutMs: env.WEBHOOK_TIMEOUT_MS } : null,
      snsTopicArn: env.SNS_TOPIC_ARN ?? null,
      eventBusArn: env.EVENT_BUS_ARN ?? null,
    },
  };
}

/** '8.875' becomes 88,750. */
function millionthsFromPercent(percent: string): number {
  const [whole = '', fraction = ''] = percent.split('.');
  return Number(whole + fraction.padEnd(4, '0'));
}

const commaSeparated = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
