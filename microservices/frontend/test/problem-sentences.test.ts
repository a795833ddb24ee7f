import { describe, expect, test } from 'vitest';
import contract from '../contracts/openapi.json';
import nginx from '../nginx/api.conf?raw';
import { ApiError } from '../src/shared/api/api-error.ts';
import { failureText } from '../src/shared/api/failure-text.ts';
import {
  type FailureContext,
  problemSentence,
  statusSentence,
} from '../src/shared/api/problem-sentences.ts';
import { readBody } from '../src/shared/api/read-body.ts';

const CONTEXTS: FailureContext[] = ['cart', 'checkout', 'catalog', 'orders', 'page'];

const codesOfContract = contract.components.schemas.Problem.properties.code['x-extensible-enum'];
const codesOfNginx = [...nginx.matchAll(/"code":"([a-z-]+)"/g)].map(([, code = '']) => code);
const CODES = [...new Set([...codesOfContract, ...codesOfNginx])];

/** Words of programmers, which no shopper should have to read. */
const VOCABULARY =
  /bearer|token|cookie_|json|schema|idempotency|header|request|\bapi\b|database|endpoint|null|undefined|\bhttp|status|problem|pointer|backend|server|instance|provider|field|payload|retry-after|if-match|`|[a-z]-[a-z]+-[a-z]|[{}<>]/i;
const SENTENCES = /^[A-Z][^.!?]+[.!?]( [A-Z][^.!?]+[.!?])?$/;

test('the contract and nginx name their codes', () => {
  expect(codesOfContract.length).toBeGreaterThan(25);
  expect(codesOfNginx).toContain('backend-timeout');
});

describe.each(CODES)('the problem %s', (code) => {
  test.each(CONTEXTS)('has a sentence of its own for a shopper (%s)', (context) => {
    const sentence = problemSentence(code, context);
    expect(sentence, `add ${code} to src/shared/api/problem-sentences.ts`).toBeDefined();
    expect(sentence).toMatch(SENTENCES);
    expect(sentence).not.toMatch(VOCABULARY);
  });

  test('is told without the words of the API', () => {
    const error = new ApiError({ status: 500, code, detail: 'Send it as `Bearer` in the header.' });
    for (const context of CONTEXTS) expect(failureText(error, context)).not.toMatch(VOCABULARY);
  });
});

const STATUSES = [
  200, 201, 204, 302, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 414, 415, 418, 421, 422,
  425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 520, 522, 599,
];

test.each(STATUSES)('an answer %d without a problem has a sentence in every context', (status) => {
  for (const context of CONTEXTS) {
    expect(statusSentence(status, context)).toMatch(SENTENCES);
    expect(statusSentence(status, context)).not.toMatch(VOCABULARY);
  }
});

const BODIES: [name: string, body: unknown][] = [
  ['an HTML page', '<html><h1>502 Bad Gateway</h1></html>'],
  ['an empty body', ''],
  ['null', null],
  ['a number', 5],
  ['an array', [{ code: 'internal' }]],
  ['another API’s JSON', { message: 'Forbidden', code: 17 }],
  [
    'an unknown code',
    { code: 'teapot-overheated', detail: 'The JSON schema of the token is null.' },
  ],
  ['a code that every object has', { code: 'constructor', detail: 'x' }],
];

test.each(BODIES)('an error with %s is told in the shop’s words', async (_name, body) => {
  for (const status of STATUSES.filter((code) => code !== 204)) {
    const response = new Response('', { status });
    const result = Promise.resolve({ error: body, response });
    const error = await readBody(result, {}).catch((e) => e);
    expect(error).toBeInstanceOf(ApiError);
    for (const context of CONTEXTS) {
      expect(failureText(error, context)).toMatch(SENTENCES);
      expect(failureText(error, context)).not.toMatch(VOCABULARY);
    }
  }
});

test.each([
  [1, 'in a moment.'],
  [30, 'in 30 seconds.'],
  [600, 'in 10 minutes.'],
])('Retry-After %d is told as "%s"', (retryAfterSeconds, wait) => {
  const error = new ApiError({ status: 429, code: 'rate-limited', detail: '', retryAfterSeconds });
  expect(failureText(error)).toContain(wait);
});
