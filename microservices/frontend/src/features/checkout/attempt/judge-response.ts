import { ApiError, type ProblemField, UNKNOWN_CODE } from '../../../shared/api/api-error.ts';
import { hasShape, ORDER } from '../../../shared/api/shapes.ts';
import type { Order } from '../../../shared/api/types.ts';
import { isRecord } from '../../../shared/lib/is-record.ts';

/** A response as it arrived. It is stored for other tabs, so it has no methods. */
export interface CheckoutResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
  readonly retryAfterSeconds?: number | undefined;
}

/** What a response proves about the order. */
export type Verdict =
  | { readonly kind: 'ordered'; readonly order: Order }
  /** Placed, and its payment goes on. */
  | { readonly kind: 'awaiting-payment'; readonly order: Order }
  | { readonly kind: 'refused'; readonly error: ApiError }
  | {
      readonly kind: 'in-doubt';
      readonly retryAfterSeconds?: number | undefined;
      /** The API will say the same to a repetition. */
      readonly isStuck: boolean;
      /** The API is still at an earlier request of the attempt. */
      readonly isAtWork: boolean;
    };

/** The API decided on the attempt itself, so an earlier request of it made no order either. */
const DECIDED: Readonly<Record<string, number>> = {
  'cart-empty': 409,
  'code-refused': 409,
  'delivery-unavailable': 409,
  'order-superseded': 409,
  'out-of-stock': 409,
  'payment-declined': 402,
  'payment-timeout': 504,
  'payment-unavailable': 503,
  'price-changed': 409,
  'product-withdrawn': 409,
  'quote-changed': 409,
  'total-changed': 409,
  'total-limit': 409,
};

/** This request was refused before it began. An earlier request of the attempt may have made the order. */
const TURNED_AWAY: Readonly<Record<string, number>> = {
  'body-too-large': 413,
  'cart-changed': 412,
  forbidden: 403,
  'headers-too-large': 431,
  'malformed-request': 400,
  // Another order of the customer is being paid.
  'order-pending': 409,
  'rate-limited': 429,
  unauthenticated: 401,
  'unsupported-media-type': 415,
  'validation-failed': 422,
};

/** A repetition of the same request gets the same response. */
const STUCK = new Set([
  'body-too-large',
  'headers-too-large',
  'idempotency-key-reused',
  'malformed-request',
  'unsupported-media-type',
  'validation-failed',
]);

/**
 * Everything that is not proof is doubt: no response, one of a proxy, a code that this release does not know.
 *
 * @param wasInDoubt an earlier request of the same attempt has no proof yet
 */
export function judgeResponse(
  response: CheckoutResponse | undefined,
  wasInDoubt: boolean,
): Verdict {
  if (!response) return { kind: 'in-doubt', isStuck: false, isAtWork: false };
  if (isOrder(response, 201)) return { kind: 'ordered', order: response.body };
  if (isOrder(response, 202)) return { kind: 'awaiting-payment', order: response.body };
  const code = codeOf(response);
  const isRefusal =
    DECIDED[code] === response.status || (!wasInDoubt && TURNED_AWAY[code] === response.status);
  if (isRefusal) return { kind: 'refused', error: errorOf(response) };
  const { retryAfterSeconds } = response;
  const isAtWork = code === 'idempotency-key-in-use';
  return { kind: 'in-doubt', retryAfterSeconds, isStuck: STUCK.has(code), isAtWork };
}

export function errorOf({ body, status, retryAfterSeconds }: CheckoutResponse): ApiError {
  const members = isRecord(body) ? body : {};
  return new ApiError({
    status,
    code: typeof members.code === 'string' ? members.code : UNKNOWN_CODE,
    detail: typeof members.detail === 'string' ? members.detail : 'no detail',
    errors: Array.isArray(members.errors) ? members.errors.filter(isField) : [],
    members,
    retryAfterSeconds,
  });
}

/** The code of a problem of the API, or an empty text: a proxy may response with any status and any body. */
function codeOf({ body, contentType, status }: CheckoutResponse): string {
  const isProblem = /^application\/problem\+json\b/i.test(contentType) && isRecord(body);
  return isProblem && body.status === status && typeof body.code === 'string' ? body.code : '';
}

function isField(value: unknown): value is ProblemField {
  return isRecord(value) && typeof value.pointer === 'string' && typeof value.detail === 'string';
}

function isOrder(
  response: CheckoutResponse,
  expected: 201 | 202,
): response is CheckoutResponse & { body: Order } {
  const { body, contentType, status } = response;
  return status === expected && /^application\/json\b/i.test(contentType) && hasShape(body, ORDER);
}
