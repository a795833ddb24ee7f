import { STATUS_CODES } from 'node:http';
import type { DetailedCode, ProblemMembers } from './problem-schemas.ts';

/**
 * Every error the API can answer with, by its stable code (RFC 9457 `type` is made of it).
 * The sentence is for the person who calls; it never carries SQL, a stack or an exception's text.
 */
const PROBLEMS = {
  'webhook-forged': [400, 'The signature does not fit the body, or it is too old.'],
  'malformed-request': [400, 'The request could not be read. Send well-formed JSON.'],
  unauthenticated: [
    401,
    'Send a valid token as `Authorization: Bearer …` or in the session cookie; POST /api/v1/sessions gives one.',
  ],
  'payment-declined': [
    402,
    'The payment was declined. Nothing was ordered; the cart is unchanged.',
  ],
  forbidden: [403, 'This belongs to another customer, or does not exist.'],
  'staff-only': [403, 'Only staff may do this: the token needs the role of the shop’s staff.'],
  'not-found': [404, 'There is nothing at this address.'],
  'product-not-found': [404, 'There is no such product.'],
  'line-not-found': [404, 'The cart has no line with this product.'],
  'order-not-found': [404, 'You have no such order.'],
  'order-link-invalid': [404, 'This link is not valid, or it has expired. Request a new one.'],
  'price-changed': [
    409,
    'A price differs from the one you were shown. Look at the new one and try again.',
  ],
  'product-withdrawn': [
    409,
    'A product is no longer sold. Remove each line that `lines` names and try again.',
  ],
  'total-changed': [
    409,
    'The total differs from the one you were shown. Look at the new one and try again.',
  ],
  'quote-changed': [
    409,
    'The order costs something else than the quote that you were shown. Look at the new one and try again.',
  ],
  'code-refused': [
    409,
    'A promotion code does not apply. `codes` says why: remove it, or send the total that you were shown.',
  ],
  'code-not-found': [404, 'There is no such promotion code.'],
  'code-limit': [409, 'A cart has at most 10 promotion codes. Remove one.'],
  'delivery-unavailable': [
    409,
    'This delivery is not offered to this address. Choose one of the quote’s delivery options.',
  ],
  'total-limit': [
    409,
    'An order costs at most 999,999,999,999.99. Take something out of the cart.',
  ],
  'idempotency-key-in-use': [
    409,
    'A request with this Idempotency-Key is being worked on. Try again shortly.',
  ],
  'order-pending': [409, 'An order of yours is being paid. Wait for it, then look at your orders.'],
  'order-superseded': [
    409,
    'The order was given up, because you checked out again while it was paid. Nothing was charged for it.',
  ],
  'order-not-cancellable': [
    409,
    'The order cannot be cancelled any more: something of it has been sent, or it has ended.',
  ],
  'order-not-fulfillable': [
    409,
    'Nothing of the order can be sent: it is not paid, has ended, or its money has gone back.',
  ],
  'order-not-deliverable': [409, 'Only an order that was sent completely can be delivered.'],
  'units-unavailable': [409, 'The order has fewer such units. Look at its `units` and try again.'],
  'payment-not-captured': [
    409,
    'The payment of the order is not captured. Its history says why; an order of which nothing was sent can be cancelled.',
  ],
  'payment-pending': [409, 'The payment provider has not answered yet. Try again shortly.'],
  'refund-limit': [409, 'Less is left of what was paid than this refund would give back.'],
  'quantity-limit': [409, 'A line holds at most 99 of one product.'],
  'line-limit': [409, 'A cart holds at most 100 different products.'],
  'cart-empty': [409, 'The cart is empty, so there is nothing to order.'],
  'out-of-stock': [409, 'There is not enough in stock. Each line says what is left.'],
  'request-timeout': [408, 'The request did not arrive in time. Send it again.'],
  'cart-changed': [
    412,
    'The cart is no longer the one that If-Match names. Look at the present one and try again.',
  ],
  'body-too-large': [413, 'The request body is over 64 KiB.'],
  'uri-too-long': [414, 'A part of the address is longer than any id can be.'],
  'unsupported-media-type': [415, 'Send the body as application/json.'],
  'validation-failed': [422, 'The request does not fit its schema. `errors` says where.'],
  'guest-token-invalid': [422, 'guest_token is no valid token of a guest, or it has expired.'],
  'idempotency-key-reused': [
    422,
    'This Idempotency-Key belongs to another request. Use a new key for each change.',
  ],
  'rate-limited': [429, 'Too many requests. Wait for the seconds that Retry-After names.'],
  'too-many-streams': [429, 'This cart is watched by too many at once. Close one and try again.'],
  'headers-too-large': [
    431,
    'The headers of the request are too large; mostly these are cookies. Send fewer of them.',
  ],
  internal: [500, 'Something went wrong on our side. The request id helps us to find it.'],
  'database-unavailable': [503, 'The database cannot be reached right now. Try again shortly.'],
  'database-read-only': [
    503,
    'The database accepts no changes right now. Nothing was changed; try again shortly.',
  ],
  'database-busy': [
    503,
    'The database is busy with something else that this needs. Nothing was changed; try again shortly.',
  ],
  'database-not-utf8': [
    503,
    "The database cannot store every character. Create it again with encoding UTF8 (create database … template template0 encoding 'UTF8') and run the migrations.",
  ],
  'schema-too-old': [
    503,
    'The database schema is older than this release needs. Run the migrations.',
  ],
  'schema-too-new': [
    503,
    'The database schema has changed in a way that this release cannot work with. Deploy a newer one.',
  ],
  'currency-mismatch': [
    503,
    'The catalog has prices with decimals, and the shop’s currency has none. Import prices in this currency.',
  ],
  'identity-unavailable': [
    503,
    'The identity provider cannot be reached right now. Try again shortly.',
  ],
  'cart-busy': [
    503,
    'This cart is being changed by something else. Your change was not made; try again shortly.',
  ],
  overloaded: [503, 'Too many requests are waiting. Try again shortly.'],
  'shutting-down': [503, 'This instance is shutting down. Try again; another will answer.'],
  'payment-unavailable': [
    503,
    'The payment provider cannot be used right now. Nothing was ordered; the cart is unchanged.',
  ],
  'payment-timeout': [
    504,
    'The payment provider did not answer in time. Nothing was ordered; the cart is unchanged.',
  ],
} as const satisfies Record<string, readonly [status: number, detail: string]>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES: readonly string[] = Object.keys(PROBLEMS);
/** A code whose problem has the standard members only. */
export type PlainCode = Exclude<ProblemCode, DetailedCode>;

export const statusOf = (code: ProblemCode): number => PROBLEMS[code][0];

/** One place in the request that is wrong; `pointer` is an RFC 6901 JSON pointer. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

interface ProblemOptions {
  /** Replaces the code's standard sentence. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A code with members of its own (RFC 9457 extension members) requires them. */
type OptionsOf<Code extends ProblemCode> = Code extends DetailedCode
  ? [options: ProblemOptions & { readonly members: ProblemMembers[Code] }]
  : [options?: ProblemOptions];

/** An error response of the API. Throw it anywhere below a route. */
export class Problem<Code extends ProblemCode = ProblemCode> extends Error {
  readonly code: Code;
  readonly status: number;
  readonly options: ProblemOptions & { readonly members?: object };

  constructor(code: Code, ...[options = {}]: OptionsOf<Code>) {
    const [status, standard] = PROBLEMS[code];
    super(options.detail ?? standard, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.options = options;
  }

  /** The seconds after which a retry makes sense; every 503 names some. */
  get retryAfterSeconds(): number | undefined {
    return this.options.retryAfterSeconds ?? (this.status === 503 ? 1 : undefined);
  }

  /** The application/problem+json body. */
  body(requestId: string): Record<string, unknown> {
    return {
      type: `urn:carthub:problem:${this.code}`,
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      code: this.code,
      request_id: requestId,
      ...(this.options.errors ? { errors: this.options.errors } : {}),
      ...this.options.members,
    };
  }
}

export const overloaded = (): Problem<'overloaded'> => new Problem('overloaded');
