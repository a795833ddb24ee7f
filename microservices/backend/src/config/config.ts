import type { LevelWithSilent } from 'pino';
import { millionthsFromPercent, minorFromDecimal } from '../money.ts';
import { corsOrigins } from './cors-origins.ts';
import { decimalsOf } from './currencies.ts';
import type { Environment } from './env.ts';
import { type Mailbox, mailboxOf } from './settings/mailbox.ts';
import { type SmtpServer, smtpServerOf } from './settings/smtp-server.ts';

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
  /** Null: no mail is sent. */
  readonly mail: MailConfig | null;
  readonly worker: WorkerConfig;
  readonly payment: PaymentConfig;
}

interface PaymentTimes {
  readonly timeoutMs: number;
  /** How long units are held for a customer who has to act. */
  readonly holdSeconds: number;
}

/** Who takes the money. */
type PaymentConfig = PaymentTimes &
  (
    | { readonly provider: 'test'; readonly testLedger: 'table' | 'memory' }
    | {
        readonly provider: 'stripe';
        readonly stripe: {
          readonly publishableKey: string;
          readonly captureMethod: 'automatic' | 'manual';
          /** A double of Stripe; undefined is Stripe itself. */
          readonly apiBase: string | undefined;
        };
      }
  );

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

/** How customers get mails. */
export interface MailConfig {
  readonly server: SmtpServer;
  readonly timeoutMs: number;
  readonly from: Mailbox;
  readonly replyTo: Mailbox | null;
  readonly shop: {
    readonly name: string;
    /** The storefront's, without a slash at its end. */
    readonly url: string;
    readonly timeZone: string;
    readonly canReply: boolean;
  };
}

interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly corsOrigins: readonly string[];
  readonly trustProxy: readonly string[];
  /** Requests a minute; 0 is no limit. */
  readonly rateLimit: {
    readonly perCustomer: number;
    readonly perAddress: number;
    /** Requests to find an order, of an address. */
    readonly findOrder: number;
  };
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
  /** Who may change orders of others: those with this role in one of these claims of the issuer's token. */
  readonly staff: { readonly role: string; readonly claims: readonly string[] };
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
        findOrder: env.ORDER_LINK_REQUESTS_PER_MINUTE,
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
      staff: { role: env.STAFF_ROLE, claims: commaSeparated(env.STAFF_ROLE_CLAIMS) },
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
    mail: mailConfig(env),
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
    payment: toPaymentConfig(env),
  };
}

function toPaymentConfig(env: Environment): PaymentConfig {
  const times = {
    timeoutMs: env.PAYMENT_TIMEOUT_MS,
    holdSeconds: env.PAYMENT_HOLD_MINUTES * 60,
  };
  if (env.PAYMENT_PROVIDER === 'test') {
    return { ...times, provider: 'test', testLedger: env.TEST_PAYMENT_LEDGER };
  }
  const stripe = {
    publishableKey: env.STRIPE_PUBLISHABLE_KEY ?? '',
    captureMethod: env.STRIPE_CAPTURE_METHOD,
    apiBase: env.STRIPE_API_BASE,
  };
  return { ...times, provider: 'stripe', stripe };
}

function mailConfig(env: Environment): MailConfig | null {
  const from = mailboxOf(env.MAIL_FROM ?? '');
  const replyTo = mailboxOf(env.MAIL_REPLY_TO ?? '') ?? null;
  if (!(env.SMTP_URL && env.SHOP_URL && from)) return null;
  const shopUrl = new URL(env.SHOP_URL);
  return {
    server: smtpServerOf(env.SMTP_URL),
    timeoutMs: env.SMTP_TIMEOUT_MS,
    from,
    replyTo,
    shop: {
      name: from.name || shopUrl.hostname,
      url: shopUrl.href.replace(/\/+$/, ''),
      timeZone: env.SHOP_TIME_ZONE,
      canReply: replyTo !== null,
    },
  };
}

const commaSeparated = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
