/**
 * The address of a request, in the one form that the rest of the program reads: the path and query, without the
 * origin that a proxy's request has (RFC 9112, absolute-form).
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { PlainCode } from './problem.ts';

/** Of a part of the path, decoded; an id is shorter. */
export const MAX_PATH_PART_LENGTH = 1024;
/** Leads to no route. */
const NOWHERE = '/.unreadable';

/** What NUL is in an address: the rule for text refuses it, with the name of the field. */
const ILL_FORMED = '%00';
const ORIGIN = /^https?:\/\/([^/?#]*)/i;
/** RFC 3986, section 3.2.2; without userinfo (RFC 9110, section 4.2.4). */
const AUTHORITY = /^(?:\[[0-9a-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+)(?::\d{0,5})?$/i;
const ENCODED_BYTES = /(?:%[0-9a-f]{2})+/gi;
const STRAY_PERCENT = /%(?![0-9a-f]{2})/gi;

const unreadable = new WeakMap<IncomingMessage, PlainCode>();

/** Whether the text names a host, with or without a port. */
export const isAuthority = (text: string): boolean => AUTHORITY.test(text);

/** Why a request has been sent nowhere. */
export const unreadableTarget = (request: IncomingMessage): PlainCode | undefined =>
  unreadable.get(request);

/** What follows is a key to somebody's order. */
const SECRET_PART = /(\/orders\/by-link\/).*$/is;

/** The path for the log, without the query and secrets, and of bounded length. */
export const loggedPath = ({ url, originalUrl }: Pick<FastifyRequest, 'url' | 'originalUrl'>) =>
  (url === NOWHERE ? originalUrl.replace(ORIGIN, '') : url)
    .slice(0, MAX_PATH_PART_LENGTH)
    .replace(/[?#].*$/s, '')
    .replace(SECRET_PART, '$1-');

/** Fastify's `rewriteUrl`, which runs before a route is looked for. */
export function rewriteTarget(request: IncomingMessage): string {
  const target = request.url ?? '';
  const isPlain = target.startsWith('/') && target.length <= MAX_PATH_PART_LENGTH;
  if (isPlain && /^[!-$&-~]*$/.test(target)) return target;

  const [origin = '', authority] = ORIGIN.exec(target) ?? [];
  const local = target.slice(origin.length);
  const [, path = '', query = ''] = /^([^?]*)(.*)$/s.exec(local) ?? [];
  const isElsewhere = authority !== undefined && !isAuthority(authority);
  const problem = isElsewhere ? 'malformed-request' : problemOf(path || '/');
  if (problem) {
    unreadable.set(request, problem);
    return NOWHERE;
  }
  return refuseIllFormed((path || '/') + query.replace(STRAY_PERCENT, '%25'));
}

function problemOf(path: string): PlainCode | undefined {
  if (!path.startsWith('/') || path.search(STRAY_PERCENT) !== -1) return 'malformed-request';
  const parts = refuseIllFormed(path).split('/').map(decodeURIComponent);
  return parts.some(({ length }) => length > MAX_PATH_PART_LENGTH) ? 'uri-too-long' : undefined;
}

/** Bytes that are not UTF-8 cannot be decoded; as NUL they reach the route, which names the field. */
const refuseIllFormed = (address: string): string =>
  address.replace(ENCODED_BYTES, (encoded) =>
    isUtf8(Buffer.from(encoded.replaceAll('%', ''), 'hex')) ? encoded : ILL_FORMED,
  );
