import { type Static, Type } from 'typebox';
import { MAIL_SETTINGS } from './settings/mail-settings.ts';
import { PAYMENT_SETTINGS } from './settings/payment-settings.ts';
import { amount, integer, optional, port } from './settings/setting-types.ts';
import { WORKER_SETTINGS } from './settings/worker-settings.ts';

/** Of each key of guest tokens. */
export const MIN_SECRET_LENGTH = 32;
/** One key a line. */
export const SECRET_PATTERN = `^[^\\n]{${MIN_SECRET_LENGTH},}(\\n[^\\n]{${MIN_SECRET_LENGTH},})*$`;

/** The environment variables of the service; README's table is written from this. */
export const EnvironmentSchema = Type.Object({
  DATABASE_URL: Type.Optional(
    Type.String({
      description:
        'PostgreSQL to use, as the DML-only role: `postgres://user:password@host:5432/carthub`',
      pattern: '^postgres(ql)?://',
    }),
  ),
  DATABASE_CREDENTIALS_DIR: optional(
    'Instead of a URL: a directory with the files `host`, `port`, `database`, `username` and ' +
      '`password`, read again when a login is refused',
  ),
  DATABASE_HOST: optional('What neither a URL nor a file tells'),
  DATABASE_PORT: Type.Optional(
    Type.Integer({
      description: 'The same (PostgreSQL’s own is 5432)',
      minimum: 1,
      maximum: 65_535,
    }),
  ),
  DATABASE_DATABASE: optional('The same'),
  DATABASE_USERNAME: optional('The same'),
  DATABASE_PASSWORD: optional('The same'),
  DATABASE_TLS: Type.Optional(
    Type.Enum(['verify-full', 'off'], {
      description:
        'Whether the server has to prove its name; it has to, unless it is on this machine or the ' +
        'URL says `sslmode=disable`',
    }),
  ),
  DATABASE_CA_FILE: optional(
    'File of CA certificates to trust; by default the URL’s `sslrootcert`, else those of Amazon RDS and Node.js',
  ),
  HOST: Type.String({ description: 'Address to listen on', default: '0.0.0.0' }),
  PORT: port('Port to listen on', 8000),
  ENVIRONMENT: Type.String({
    description: 'Name shown by /health',
    default: 'development',
    maxLength: 100,
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    description: 'Least severe level that is logged',
    default: 'info',
  }),
  DB_POOL_MAX: integer('Connections of this process to PostgreSQL', {
    default: 5,
    minimum: 1,
    maximum: 100,
  }),
  DB_WAIT_MS: integer(
    'Longest wait for a connection, or for a sign of life of a silent database, before 503, in ms',
    {
      default: 800,
      minimum: 10,
      maximum: 60_000,
    },
  ),
  DB_STATEMENT_TIMEOUT_MS: integer('Longest run of one statement, in ms', {
    default: 5000,
    minimum: 10,
    maximum: 60_000,
  }),
  DB_LOCK_TIMEOUT_MS: integer(
    'Longest wait of one statement for a lock, in ms; the request tries again for 2 s without a ' +
      'connection, then gets 503',
    { default: 100, minimum: 10, maximum: 60_000 },
  ),
  DB_SLOW_STATEMENT_MS: integer('A statement that runs longer is logged, in ms', {
    default: 250,
    minimum: 1,
    maximum: 60_000,
  }),
  DB_STATEMENT_COMMENTS: Type.Enum(['on', 'off'], {
    description:
      '`on` puts the request id into the text of each statement, for pg_stat_activity; each is then ' +
      'planned anew (two to four times its cost)',
    default: 'off',
  }),
  CARTHUB_AUTH: Type.Enum(['on', 'off'], {
    description:
      '`off` trusts the customer ids of the caller (for use behind a gateway that authenticates)',
    default: 'on',
  }),
  GUEST_TOKEN_SECRET: Type.Optional(
    Type.String({
      description:
        'Key that signs guest sessions, of 32 characters or more; required unless CARTHUB_AUTH=off. ' +
        'Further lines are previous keys: sessions that they have signed go on',
      pattern: SECRET_PATTERN,
    }),
  ),
  GUEST_TOKEN_SECRET_FILE: optional('A file with that key, instead'),
  GUEST_TOKEN_TTL_HOURS: integer(
    'How long a guest session lasts that nobody uses, in hours; use renews it',
    { default: 720, minimum: 1, maximum: 8760 },
  ),
  GUEST_TOKEN_GRACE_HOURS: integer(
    'How long after that the guest still gets the same cart back, in hours. Keep the sum below ' +
      '`carthub-db prune --guest-carts`',
    { default: 720, minimum: 0, maximum: 8760 },
  ),
  COOKIE_SECURE: Type.Enum(['on', 'off'], {
    description: '`off` sends the session cookie over plain HTTP too (development)',
    default: 'on',
  }),
  OIDC_ISSUER: Type.Optional(
    Type.String({ description: 'Issuer of signed-in customers’ tokens', pattern: '^https?://' }),
  ),
  OIDC_AUDIENCE: Type.Optional(
    Type.String({ description: 'Audience such a token must have; required with OIDC_ISSUER' }),
  ),
  STAFF_ROLE: Type.String({
    description: 'Role or group of the issuer’s users who may see and change all orders (`/admin`)',
    default: 'staff',
    minLength: 1,
    maxLength: 100,
  }),
  STAFF_ROLE_CLAIMS: Type.String({
    description:
      'Claims of a token that list roles, separated by commas; Amazon Cognito lists groups in `cognito:groups`',
    default: 'roles,cognito:groups',
    minLength: 1,
    maxLength: 500,
  }),
  ORDER_LINK_SECRET: Type.Optional(
    Type.String({
      description:
        'Key that signs links to orders, which guests are mailed, of 32 characters or more; by default derived from ' +
        'GUEST_TOKEN_SECRET. Further lines are previous keys: links that they have signed work until they expire',
      pattern: SECRET_PATTERN,
    }),
  ),
  ORDER_LINK_SECRET_FILE: optional('A file with that key, instead'),
  CORS_ORIGINS: Type.String({
    description: 'Other origins whose pages may call the API, separated by commas',
    default: '',
  }),
  TRUST_PROXY: Type.String({
    description:
      'Proxies whose X-Forwarded-For is believed: addresses or ranges, separated by commas',
    default: '',
  }),
  RATE_LIMIT_PER_CUSTOMER: integer('Requests a customer may make a minute; 0 = no limit', {
    default: 1200,
    minimum: 0,
    maximum: 1_000_000_000,
  }),
  RATE_LIMIT_PER_ADDRESS: integer('Requests an address may make a minute; 0 = no limit', {
    default: 6000,
    minimum: 0,
    maximum: 1_000_000_000,
  }),
  ORDER_LINK_REQUESTS_PER_MINUTE: integer(
    'Requests for the link to an order that an address may make a minute; 0 = no limit',
    { default: 10, minimum: 0, maximum: 1_000_000_000 },
  ),
  MAX_CONCURRENT_REQUESTS: integer(
    'Requests that run at once; others wait up to 3 s, newest first, then get 503. Streams do not ' +
      'count. 0 = no limit',
    { default: 256, minimum: 0, maximum: 1_000_000 },
  ),
  LIVE_STREAMS_MAX: integer('Streams of cart events that this process holds at most', {
    default: 2000,
    minimum: 0,
    maximum: 100_000,
  }),
  LIVE_STREAMS_PER_CUSTOMER: integer('The same, of one customer', {
    default: 20,
    minimum: 1,
    maximum: 100_000,
  }),
  LIVE_HEARTBEAT_MS: integer(
    'A stream is never silent for longer, in ms; shorter than any proxy waits',
    { default: 15_000, minimum: 10, maximum: 600_000 },
  ),
  LIVE_SWEEP_MS: integer(
    'How often watched carts are compared with the database, for changes that no other process has ' +
      'announced, in ms',
    { default: 2000, minimum: 10, maximum: 600_000 },
  ),
  CURRENCY: Type.String({
    description:
      'ISO 4217 code of the shop’s currency, one with two decimals or none; the database service needs the same',
    default: 'USD',
    pattern: '^[A-Z]{3}$',
  }),
  TAX_RATE_PERCENT: Type.String({
    description:
      'Tax added to the goods at checkout, such as 8.875: up to four decimals, rounded half up once per order; ' +
      '0 if prices include it',
    default: '0',
    pattern: '^\\d{1,2}(\\.\\d{1,4})?$',
  }),
  SHIPPING_FLAT: amount('Shipping charge of an order, such as 4.95'),
  SHIPPING_FREE_FROM: amount('Subtotal from which shipping is free; 0 = never'),
  ...PAYMENT_SETTINGS,
  STOCK_LOW_AT: integer(
    'The event stock.low tells of a product that was ordered and of which so many units are left',
    {
      default: 5,
      minimum: 0,
      maximum: 1_000_000,
    },
  ),
  ...WORKER_SETTINGS,
  ...MAIL_SETTINGS,
  SHUTDOWN_LINGER_MS: integer(
    'How long after SIGTERM requests are still accepted, in ms, each answered with `Connection: close`; behind a proxy, longer than it keeps an unused connection',
    { default: 0, minimum: 0, maximum: 60_000 },
  ),
  SHUTDOWN_GRACE_MS: integer('Longest time to finish running requests after SIGTERM, in ms', {
    default: 10_000,
    minimum: 0,
    maximum: 120_000,
  }),
});

export type Environment = Static<typeof EnvironmentSchema>;
