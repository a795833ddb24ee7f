// What a request is changed into before it goes to the backend.

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

const ORIGIN = /^https?:\/\/[^/?#]*/i;

/**
 * The address of a request as the routes read it. A proxy's request names the origin too (RFC 9112,
 * absolute-form). A page's address that cannot be decoded is for the page to tell; the API has a problem for it.
 */
export function addressOf({ url = '/' }: IncomingMessage): string {
  const local = url.replace(ORIGIN, '');
  const address = local.startsWith('?') || local === '' ? `/${local}` : local;
  return isForBackend(address) || isDecodable(address) ? address : address.replaceAll('%', '%25');
}

function isDecodable(address: string): boolean {
  try {
    return decodeURI(address) !== '';
  } catch {
    return false;
  }
}

export const BACKEND_PREFIXES = ['/api', '/health', '/docs', '/openapi.json'];

const isForBackend = (address: string): boolean =>
  BACKEND_PREFIXES.some((prefix) => address.startsWith(prefix));

interface ProxiedRequest {
  readonly raw: { readonly rawHeaders: readonly string[] };
  readonly ip: string;
  readonly host: string;
}

export function proxiedHeaders(
  { raw, ip, host }: ProxiedRequest,
  headers: IncomingHttpHeaders,
): IncomingHttpHeaders {
  const proxied: IncomingHttpHeaders = {
    ...headers,
    ...repeatedHeaders(raw.rawHeaders, headers),
    'x-forwarded-for': ip,
    'x-forwarded-host': host,
    'x-forwarded-proto': 'http',
  };
  // Node.js has answered it, and undici refuses it.
  delete proxied.expect;
  return proxied;
}

/** Headers sent more than once: Node.js joins their values or keeps the first, and the backend has to see all. */
function repeatedHeaders(
  rawHeaders: readonly string[],
  headers: IncomingHttpHeaders,
): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    all[name] = [...(all[name] ?? []), rawHeaders[index + 1] ?? ''];
  }
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name, values]) => values.length > 1 && name in headers && name !== 'host',
    ),
  );
}
