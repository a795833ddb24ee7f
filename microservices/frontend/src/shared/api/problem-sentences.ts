/**
 * What a shopper reads for each problem code of the contract. The API's own sentences are for the people who
 * write clients, and are never shown. A test compares this table with contracts/openapi.json.
 */

/** Where the shopper is; `page` is anywhere else. */
export type FailureContext = 'cart' | 'checkout' | 'catalog' | 'orders' | 'page';

type Sentence = string | (Partial<Record<FailureContext, string>> & { readonly page: string });

const AGAIN = 'Please try again in a moment.';
const UNREACHABLE = `We could not reach the shop. ${AGAIN}`;
const TOO_MUCH_SENT =
  'Your browser sent more than the shop can read. Delete the cookies of this site, then reload the page.';
const RELOAD = 'Something went wrong on this page. Reload it and try again.';
const NOT_ACCEPTED: Sentence = {
  cart: 'The shop could not accept that quantity or product. Reload the page and try again.',
  checkout: 'Some details could not be accepted. Check them and try again.',
  catalog: 'We could not search for that. Try other words.',
  page: 'The shop could not accept that. Reload the page and try again.',
};
const GONE: Sentence = {
  cart: 'That product is no longer sold.',
  checkout: 'Something in your cart is no longer sold. Look at your cart and try again.',
  page: 'We could not find that. It may no longer be sold, or the address may be mistyped.',
};
const SENTENCES: Readonly<Record<string, Sentence>> = {
  unreachable: 'The shop did not answer. Check your connection, then try again.',
  'session-replaced':
    'Your session had ended, so we opened a new one and kept what was in your cart. Look it over, then try again.',
  'malformed-request': NOT_ACCEPTED,
  'validation-failed': NOT_ACCEPTED,
  'body-too-large': 'That was more text than the shop can take. Shorten it and try again.',
  'unsupported-media-type': RELOAD,
  'uri-too-long': GONE,
  'headers-too-large': TOO_MUCH_SENT,
  'request-timeout': `Your connection was too slow for that. ${AGAIN}`,
  unauthenticated: 'Your session could not be continued. Reload the page and try again.',
  forbidden: {
    orders: 'We could not find that order for you.',
    page: 'Your session could not be continued. Reload the page and try again.',
  },
  'guest-token-invalid':
    'What you had put in your cart before you signed in could not be brought along. Please add it again.',
  'payment-declined':
    'The payment was declined, and nothing was charged. Choose another way to pay and try again.',
  'payment-timeout':
    'The bank did not answer in time, so nothing was ordered. Try again, or choose another way to pay.',
  'payment-unavailable': {
    orders: `The bank cannot be asked right now. ${AGAIN}`,
    page: 'Payments cannot be taken right now, so nothing was ordered. Try again in a few minutes.',
  },
  'webhook-forged': RELOAD,
  'not-found': GONE,
  'product-not-found': GONE,
  'line-not-found': 'That product is no longer in your cart.',
  'order-not-found': 'We could not find that order for you.',
  'order-link-invalid': 'This link does not work any more. Ask for a new one.',
  'order-not-cancellable':
    'This order cannot be cancelled any more, because something of it has been sent or it has ended.',
  'order-not-fulfillable': 'Nothing of this order can be sent now. Look at it again.',
  'order-not-deliverable': 'Not everything of this order has been sent. Look at it again.',
  'units-unavailable': 'The order has fewer such items. Look at it again, then try once more.',
  'payment-not-captured': 'The payment of this order could not be collected. Look at its history.',
  'payment-pending': `The bank has not answered yet. ${AGAIN}`,
  'refund-limit': 'That is more than is left of what was paid.',
  'staff-only': 'This page is for the shop’s staff. Sign in with such an account.',
  'product-withdrawn': {
    checkout: 'Something in your cart is no longer sold. Remove it and try again.',
    page: 'That product is no longer sold.',
  },
  'price-changed': 'A price has changed. Look at the new one, then try again.',
  'total-changed': 'The total has changed. Look at the new one, then try again.',
  'quote-changed': 'The total has changed. Look at the new one, then try again.',
  'code-refused': 'A promotion code does not apply. Look at your codes, then try again.',
  'code-not-found': 'There is no such promotion code. Check how it is written.',
  'code-limit': 'A cart can have at most 10 promotion codes. Remove one to add another.',
  'delivery-unavailable':
    'We cannot deliver to that address like this. Choose another delivery or address.',
  'out-of-stock': 'There is not enough in stock. Lower the quantity and try again.',
  'cart-changed': 'Your cart has changed in the meantime. Look at it again, then try once more.',
  'cart-empty': 'Your cart is empty.',
  'quantity-limit': 'One order can have at most 99 of a product.',
  'line-limit': 'One order can have at most 100 different products. Remove one to add another.',
  'total-limit':
    'This order costs more than the shop can charge at once. Take something out of your cart.',
  'order-pending':
    'An order of yours is still being paid. Wait a moment, then look at your orders.',
  'order-superseded':
    'You checked out again while this order was being paid, so it was given up. Nothing was charged for it.',
  'idempotency-key-in-use': `Your last change is still being saved. ${AGAIN}`,
  'idempotency-key-reused': RELOAD,
  'rate-limited': `That was a lot at once. ${AGAIN}`,
  'too-many-streams': 'Your cart is open in many tabs. Close some of them.',
  internal: `Something went wrong on our side. ${AGAIN}`,
  'database-unavailable': UNREACHABLE,
  'database-read-only': `The shop cannot save anything at the moment. ${AGAIN}`,
  'database-busy': `The shop is very busy. ${AGAIN}`,
  'database-not-utf8': UNREACHABLE,
  'schema-too-old': UNREACHABLE,
  'schema-too-new': UNREACHABLE,
  'currency-mismatch': UNREACHABLE,
  'identity-unavailable': `You could not be recognized just now. ${AGAIN}`,
  'cart-busy': `Your cart is being changed from many places at once. ${AGAIN}`,
  overloaded: `The shop is very busy. ${AGAIN}`,
  'shutting-down': UNREACHABLE,
  // From nginx, which answers for a backend that does not.
  'backend-unavailable': UNREACHABLE,
  'backend-timeout':
    'The shop did not answer in time. Look whether it worked before you try again.',
};

/** @returns undefined for a code that is not in the contract */
export function problemSentence(code: string, context: FailureContext): string | undefined {
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  return typeof sentence === 'object' ? (sentence[context] ?? sentence.page) : sentence;
}

/**
 * For responses without a known code, such as an error page of a proxy. A 404 of a proxy says nothing about
 * products: the API's own has a code.
 */
export function statusSentence(status: number, context: FailureContext): string {
  switch (status) {
    case 401:
    case 403:
      return 'The shop did not let this page in. Reload the page and try again.';
    case 409:
    case 412:
      return sentenceOf('cart-changed', context);
    case 413:
      return sentenceOf('body-too-large', context);
    case 414:
    case 431:
      return TOO_MUCH_SENT;
    case 422:
      return sentenceOf('validation-failed', context);
    case 429:
      return sentenceOf('rate-limited', context);
    default:
      return UNREACHABLE;
  }
}

const sentenceOf = (code: string, context: FailureContext): string =>
  problemSentence(code, context) ?? RELOAD;
