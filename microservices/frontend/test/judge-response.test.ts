import { expect, test } from 'vitest';
import contract from '../contracts/openapi.json';
import nginx from '../nginx/api.conf?raw';
import { judgeResponse } from '../src/features/checkout/attempt/judge-response.ts';
import { order } from './fake-shop/samples.ts';

const STATUSES = [
  200, 201, 202, 204, 301, 304, 400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 413, 415, 421,
  422, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 511, 520, 524, 599,
];
const PROBLEM = 'application/problem+json';
const TYPES = ['', 'text/html', 'text/plain', 'application/json', 'text/problem+json', PROBLEM];

/** The API decides these for the attempt itself. */
const DECIDED = {
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
/** The API refuses these before it begins. */
const TURNED_AWAY = {
  'body-too-large': 413,
  'cart-changed': 412,
  forbidden: 403,
  'headers-too-large': 431,
  'malformed-request': 400,
  'order-pending': 409,
  'rate-limited': 429,
  unauthenticated: 401,
  'unsupported-media-type': 415,
  'validation-failed': 422,
};
/** These prove nothing about an order, or checkout never answers with them. */
const UNPROVEN = [
  'backend-timeout',
  'backend-unavailable',
  'cart-busy',
  'code-limit',
  'code-not-found',
  'currency-mismatch',
  'database-busy',
  'database-not-utf8',
  'database-read-only',
  'database-unavailable',
  'guest-token-invalid',
  'idempotency-key-in-use',
  'idempotency-key-reused',
  'identity-unavailable',
  'internal',
  'line-limit',
  'line-not-found',
  'not-found',
  'order-link-invalid',
  'order-not-cancellable',
  'order-not-deliverable',
  'order-not-found',
  'order-not-fulfillable',
  'overloaded',
  'payment-not-captured',
  'payment-pending',
  'product-not-found',
  'quantity-limit',
  'refund-limit',
  'request-timeout',
  'schema-too-new',
  'schema-too-old',
  'shutting-down',
  'staff-only',
  'too-many-streams',
  'units-unavailable',
  'uri-too-long',
  'webhook-forged',
];
const FOREIGN = ['a-code-of-a-later-release', 'toString', '__proto__', ''];
const KNOWN = [...Object.keys(DECIDED), ...Object.keys(TURNED_AWAY), ...UNPROVEN];
const CODES = [...KNOWN, ...FOREIGN];

const problem = (status: number, code: string) => ({ status, code, detail: 'No.' });
const proofs: Record<string, number> = { ...DECIDED, ...TURNED_AWAY };

test('every code of the contract and of nginx is classified', () => {
  const codes = contract.components.schemas.Problem.properties.code['x-extensible-enum'];
  const codesOfNginx = [...nginx.matchAll(/"code":"([a-z-]+)"/g)].map(([, code = '']) => code);
  expect([...codes, ...codesOfNginx].filter((code) => !KNOWN.includes(code))).toEqual([]);
});

test('only the API’s own refusal, with its own status, proves that there is no order', () => {
  const believed = new Set<string>();
  for (const status of STATUSES) {
    for (const contentType of TYPES) {
      for (const code of CODES) {
        const response = { status, contentType, body: problem(status, code) };
        const { kind } = judgeResponse(response, false);
        const isProof =
          contentType === PROBLEM && Object.hasOwn(proofs, code) && proofs[code] === status;
        expect(kind, `${status} ${contentType} ${code}`).toBe(isProof ? 'refused' : 'in-doubt');
        if (isProof) believed.add(code);
      }
    }
  }
  expect(believed).toEqual(new Set(Object.keys(proofs)));
});

test('after a lost response only a decision about the order itself is proof', () => {
  for (const [code, status] of Object.entries(proofs)) {
    const response = { status, contentType: PROBLEM, body: problem(status, code) };
    const expected = Object.hasOwn(DECIDED, code) ? 'refused' : 'in-doubt';
    expect(judgeResponse(response, true).kind, code).toBe(expected);
  }
});

test.for<[string, unknown]>([
  ['no body', undefined],
  ['null', null],
  ['text', '<html>409 Conflict</html>'],
  ['a list', [problem(409, 'cart-empty')]],
  ['another status', problem(500, 'cart-empty')],
  ['no status', { code: 'cart-empty' }],
  ['a code that is no text', { status: 409, code: 7 }],
])('a 409 whose body is %s proves nothing', ([_case, body]) => {
  const response = { status: 409, contentType: PROBLEM, body };
  expect(judgeResponse(response, false).kind).toBe('in-doubt');
});

test('only a 201 with an order proves that there is one', () => {
  const body = order();
  for (const status of STATUSES) {
    const { kind } = judgeResponse({ status, contentType: 'application/json', body }, false);
    expect(kind === 'ordered', String(status)).toBe(status === 201);
  }
  for (const invalid of [undefined, {}, { order_id: 7 }, '<h1>Created</h1>']) {
    const response = { status: 201, contentType: 'application/json', body: invalid };
    expect(judgeResponse(response, false).kind).toBe('in-doubt');
  }
  expect(judgeResponse({ status: 201, contentType: 'text/html', body }, false).kind).toBe(
    'in-doubt',
  );
  expect(judgeResponse(undefined, false).kind).toBe('in-doubt');
});
