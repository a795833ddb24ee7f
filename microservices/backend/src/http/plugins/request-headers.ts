import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { invalidField, pointerTo } from '../field-errors.ts';
import { Problem } from '../problem.ts';
import { isAuthority } from '../request-target.ts';
import { decodeHeader, isWellFormedText, TEXT_RULE } from '../text.ts';

/**
 * Headers with one value. Of a second one Node.js forgets, or joins the two into a value that nobody sent.
 */
const SINGLE = [
  'authorization',
  'content-type',
  'host',
  'idempotency-key',
  'last-event-id',
  'x-customer-id',
];
/** So that most names need not be lower-cased. */
const SINGLE_LENGTHS: ReadonlySet<number> = new Set(SINGLE.map(({ length }) => length));
/** Headers whose value is compared or stored as text. */
const TEXT = ['idempotency-key', 'if-match', 'if-none-match', 'last-event-id', 'x-customer-id'];

/** Refuses headers whose meaning would be a guess. */
export function addHeaderRules(app: App): void {
  app.addHook('onRequest', ({ raw }, _reply, done) =>
    done(unknownProtocol(raw) ?? repeatedHeader(raw) ?? unusableHost(raw)),
  );
}

/** Refuses values that are not text. */
export function addHeaderTextRule(app: App): void {
  app.addHook('onRequest', ({ headers }, _reply, done) => done(illFormedHeader(headers)));
}

/** Node.js reads some versions and transfer codings that it does not know as if they were not there. */
function unknownProtocol({ httpVersion, headers }: IncomingMessage): Problem | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return new Problem('malformed-request', { detail: 'Send the request as HTTP/1.1.' });
  const coding = headers['transfer-encoding'];
  return coding === undefined || coding.toLowerCase() === 'chunked'
    ? undefined
    : new Problem('malformed-request', {
        detail: 'The only transfer coding that is understood is chunked.',
      });
}

/** RFC 9112, section 3.2. */
function unusableHost({ httpVersion, headers }: IncomingMessage): Problem | undefined {
  const { host } = headers;
  if (host === undefined)
    return httpVersion === '1.1'
      ? new Problem('malformed-request', { detail: 'The header Host is missing.' })
      : undefined;
  return host === '' || isAuthority(host)
    ? undefined
    : new Problem('malformed-request', { detail: 'The header Host names no host.' });
}

function repeatedHeader({ rawHeaders }: IncomingMessage): Problem | undefined {
  // One bit for each place in SINGLE: a Set would be garbage of every request.
  let seen = 0;
  // Names and values in turn.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const given = rawHeaders[index] ?? '';
    if (!SINGLE_LENGTHS.has(given.length)) continue;
    const name = given.toLowerCase();
    const place = SINGLE.indexOf(name);
    if (place === -1) continue;
    if (seen & (1 << place)) {
      const errors = [{ pointer: pointerTo([name]), detail: 'is there more than once' }];
      return new Problem('malformed-request', {
        detail: `The header ${name} may be sent only once.`,
        errors,
      });
    }
    seen |= 1 << place;
  }
  return undefined;
}

function illFormedHeader(headers: FastifyRequest['headers']): Problem | undefined {
  const name = TEXT.find((each) => {
    const value = headers[each];
    return typeof value === 'string' && !isWellFormedText(decodeHeader(value));
  });
  return name === undefined ? undefined : invalidField(name, TEXT_RULE);
}
