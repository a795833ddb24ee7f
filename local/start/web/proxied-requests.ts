// Which requests go to the backend, and what they are changed into before.

import type { IncomingMessage } from 'node:http';

const ORIGIN = /^https?:\/\/[^/?#]*/i;
/** First parts of the backend's paths. */
const BACKEND_PARTS = new Set(['api', 'health', 'docs', 'openapi.json', 'asyncapi.json']);

/** A page's address, without the origin that a proxy's request names too (RFC 9112, absolute-form). */
const withoutOrigin = ({ url = '/' }: IncomingMessage): string => {
  const local = url.replace(ORIGIN, '');
  return local.startsWith('?') || local === '' ? `/${local}` : local;
};

export function isForBackend(request: IncomingMessage): boolean {
  const address = withoutOrigin(request);
  // RFC 9110, section 9.3.7.
  if (address === '*') return true;
  const [, part = ''] = /^\/+([^/?#]*)/.exec(address) ?? [];
  return BACKEND_PARTS.has(decoded(part) ?? part);
}

/** The address of a page as Fastify reads it. One that cannot be decoded is for the page to tell. */
export function pageAddress(request: IncomingMessage): string {
  const address = withoutOrigin(request);
  return decoded(address) === undefined ? address.replaceAll('%', '%25') : address;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Meant for one connection (RFC 9110, section 7.6.1), whether or not Connection names them. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'upgrade'];
/** Node.js has answered it. */
const EXPECT = 'expect';
/** They belong to the message, even if Connection names them. */
const NEVER_DROPPED = new Set(['host', 'content-length', 'transfer-encoding']);
/** What the server states itself, or does not vouch for. */
const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];
/** Node.js sends a body of unknown length with the other methods, unless they have one of these headers. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** Names and values in turn, as the client has sent them: repeated ones are for the backend to judge. */
export function proxiedHeaders(request: IncomingMessage, backendHost: string): string[] {
  const { headers, method = 'GET', rawHeaders, httpVersion, socket } = request;
  const dropped = new Set([
    ...HOP_BY_HOP,
    EXPECT,
    ...FORWARDED,
    ...namedByConnection(headers.connection),
  ]);
  const proxied = without(rawHeaders, dropped);
  const hasBody = 'content-length' in headers || 'transfer-encoding' in headers;
  if (!hasBody && !WITHOUT_BODY.has(method)) proxied.push('content-length', '0');
  // HTTP/1.0 needs none, and the backend is sent HTTP/1.1.
  if (headers.host === undefined && httpVersion === '1.0') proxied.push('host', backendHost);
  if (headers.host !== undefined) proxied.push('x-forwarded-host', headers.host);
  proxied.push('x-forwarded-for', socket.remoteAddress ?? '', 'x-forwarded-proto', 'http');
  return proxied;
}

/** The headers of the backend's response that are not about the connection to it. */
export const responseHeaders = ({ headers, rawHeaders }: IncomingMessage): string[] =>
  without(
    rawHeaders,
    // Node.js chooses the transfer coding: HTTP/1.0 has none.
    new Set([...HOP_BY_HOP, ...namedByConnection(headers.connection), 'transfer-encoding']),
  );

const namedByConnection = (connection = ''): string[] =>
  connection
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !NEVER_DROPPED.has(name));

function without(rawHeaders: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!names.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
