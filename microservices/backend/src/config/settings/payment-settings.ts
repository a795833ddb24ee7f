import { Type } from 'typebox';
import { integer, optional } from './setting-types.ts';

export const STRIPE_SECRET_KEY_PATTERN = '^(sk|rk)_(test|live)_\\w+$';
/** One secret a line. */
export const STRIPE_WEBHOOK_SECRET_PATTERN = '^whsec_\\S+(\\nwhsec_\\S+)*$';

/** Of who takes the money. */
export const PAYMENT_SETTINGS = {
  PAYMENT_PROVIDER: Type.Enum(['test', 'stripe'], {
    description:
      'Who takes the money; `test` takes none and knows only the test tokens of docs/api.md, so ENVIRONMENT `production` refuses it',
    default: 'test',
  }),
  PAYMENT_TIMEOUT_MS: integer('Longest wait for the payment provider, in ms', {
    default: 5000,
    minimum: 10,
    maximum: 60_000,
  }),
  PAYMENT_HOLD_MINUTES: integer(
    'How long units are held for a customer who has to prove to the bank who they are, in minutes',
    { default: 15, minimum: 1, maximum: 1440 },
  ),
  TEST_PAYMENT_LEDGER: Type.Enum(['table', 'memory'], {
    description:
      'Where the test provider keeps its books: in a table that all processes see, or in the memory of one',
    default: 'table',
  }),
  STRIPE_SECRET_KEY: Type.Optional(
    Type.String({
      description:
        'Secret or restricted key of the Stripe account; required with PAYMENT_PROVIDER=stripe. Production takes live keys only',
      pattern: STRIPE_SECRET_KEY_PATTERN,
    }),
  ),
  STRIPE_SECRET_KEY_FILE: optional('A file with that key, instead'),
  STRIPE_WEBHOOK_SECRET: Type.Optional(
    Type.String({
      description:
        'Signing secret of the webhook endpoint (`whsec_…`); required with PAYMENT_PROVIDER=stripe. Further lines are ' +
        'previous secrets, which Stripe signs with too while one is rolled',
      pattern: STRIPE_WEBHOOK_SECRET_PATTERN,
    }),
  ),
  STRIPE_WEBHOOK_SECRET_FILE: optional('A file with that secret, instead'),
  STRIPE_PUBLISHABLE_KEY: Type.Optional(
    Type.String({
      description: 'The page’s key of the same account; required with PAYMENT_PROVIDER=stripe',
      pattern: '^pk_(test|live)_\\w+$',
    }),
  ),
  STRIPE_CAPTURE_METHOD: Type.Enum(['automatic', 'manual'], {
    description:
      '`automatic` takes the money when the customer pays; `manual` only reserves it until the order is captured, which ' +
      'card networks allow for about seven days',
    default: 'automatic',
  }),
  STRIPE_API_BASE: Type.Optional(
    Type.String({
      description: 'A double of Stripe’s API, for tests; production refuses all but Stripe’s own',
      pattern: '^https?://',
    }),
  ),
};
