import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { Problem } from '../problem.ts';
import { decodeUtf8 } from '../text.ts';

/**
 * Parses JSON bodies. An operation without a body accepts that there is none in spite of its Content-Type, as
 * many clients set that for every request. Other types than JSON are refused in any case: pages of other sites
 * can send those without a preflight request. Without a type, a chunked body is none if it has no chunk.
 */
export function addJsonBody(app: App): void {
  app.addContentTypeParser('*', readUntyped);
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request, bytes: Buffer, done) => {
      if (bytes.length === 0) {
        const needsBody = request.routeOptions.schema?.body !== undefined;
        return done(needsBody ? new Problem('malformed-request') : null);
      }
      const unsupported = unsupportedCoding(request);
      if (unsupported) return done(unsupported);
      const text = decodeUtf8(bytes);
      return parse(request, text, (error, value) => {
        const isAmbiguous = !error && hasRepeatedName(text, value);
        done(isAmbiguous ? new Problem('malformed-request', { detail: REPEATED }) : error, value);
      });
    },
  );
}

/** A proxy that does not know a body's length sends it chunked, also an empty one. */
async function readUntyped(request: FastifyRequest, stream: Readable): Promise<void> {
  if (request.is404) return;
  const needsBody = request.routeOptions.schema?.body !== undefined;
  const hasBody = needsBody || request.headers['content-type'] !== undefined;
  if (hasBody || (await hasBytes(stream))) throw new Problem('unsupported-media-type');
}

const hasBytes = (stream: Readable): Promise<boolean> =>
  new Promise((resolve, reject) => {
    stream.once('data', () => resolve(true));
    stream.once('end', () => resolve(false));
    stream.once('error', reject);
  });

const REPEATED = 'An object in the body has the same name twice, so it has no clear meaning.';
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;
/** US-ASCII is a part of UTF-8, which is the one encoding of JSON (RFC 8259). */
const UTF_8 = /^(utf-?8|us-ascii)$/i;

/** Read as JSON in UTF-8, a body in another coding would be refused as malformed, or mean something else. */
function unsupportedCoding({ headers }: FastifyRequest): Problem | undefined {
  const { 'content-type': type = '', 'content-encoding': encoding = '' } = headers;
  if (type === 'application/json' && encoding === '') return undefined;
  if (!/^(identity)?$/i.test(encoding))
    return new Problem('unsupported-media-type', {
      detail: 'Send the body without a Content-Encoding.',
    });
  const [, charset = 'utf-8'] = CHARSET.exec(type) ?? [];
  return UTF_8.test(charset)
    ? undefined
    : new Problem('unsupported-media-type', { detail: 'Send the body in UTF-8.' });
}

/**
 * Whether an object in the JSON text has a name more than once. Parsers differ in which value they take
 * (RFC 8259, section 4), so two programs would read two requests.
 *
 * @param value what JSON.parse has made of the text, with a name once in each object
 */
export const hasRepeatedName = (text: string, value: unknown): boolean =>
  countColons(text) > countNames(value);

/** Outside of strings: one for each name. */
function countColons(text: string): number {
  let count = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') isInString = !isInString;
    else if (isInString && char === '\\') at += 1;
    else if (!isInString && char === ':') count += 1;
  }
  return count;
}

function countNames(value: unknown): number {
  let count = 0;
  // A loop, because a body can be nested deeper than the call stack.
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    const inner: unknown[] = Object.values(next);
    if (!Array.isArray(next)) count += inner.length;
    for (const each of inner) open.push(each);
  }
  return count;
}
