import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { IdentityConfig } from '../../config/config.ts';
import type { App } from '../../http/app.ts';
import { invalidField } from '../../http/field-errors.ts';
import { Problem } from '../../http/problem.ts';
import { isId, MAX_ID_LENGTH } from '../../http/schemas.ts';
import { decodeHeader } from '../../http/text.ts';
import type { Customer } from './customer.ts';
import { SESSION_COOKIE, sessionCookies, setSessionCookie } from './session-cookie.ts';
import type { TokenService } from './tokens.ts';

/** Names the customer when CARTHUB_AUTH=off and neither path nor body does. */
const TRUSTED_CUSTOMER_HEADER = 'x-customer-id';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who proved to be calling; `null` if nobody did. */
    customer: Customer | null;
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

export interface IdentityHooks {
  /** onRequest: finds out who calls; 401 unless somebody does (or CARTHUB_AUTH=off). */
  readonly authenticate: Hook;
  /** preHandler: 403 unless the customer_id in the path or body is the caller's own. */
  readonly requireOwner: Hook;
}

/** The configuration and the verifier of tokens. */
export interface IdentityParts {
  readonly config: { readonly identity: IdentityConfig };
  readonly tokens: TokenService;
  /** Is told that a guest came back with a token of some age. Must not throw. */
  readonly onGuestReturned: (request: FastifyRequest, customerId: string) => void;
}

export function createIdentityHooks(parts: IdentityParts): IdentityHooks {
  const { config, tokens } = parts;
  return {
    authenticate(request, reply, done) {
      const sent = sentToken(request);
      const accept = (customer: Customer | null) => {
        request.customer = customer;
        if (config.identity.required && !customer) done(new Problem('unauthenticated'));
        else if (!customer || !sent?.isCookie || customer.renewAtMs > Date.now()) done();
        else renewCookie(parts, customer, request, reply).then(() => done(), done);
      };
      const found = sent ? findCustomer(request, sent, tokens.verify) : null;
      if (found instanceof Promise) found.then(accept, done);
      else accept(found);
    },
    requireOwner(request, _reply, done) {
      const isAllowed =
        !config.identity.required || request.customer?.customerId === claimedCustomerId(request);
      done(isAllowed ? undefined : new Problem('forbidden'));
    },
  };
}

/** Replaces the cookie of a guest in the second half of its life, so that a session in use does not expire. */
async function renewCookie(
  { config, tokens, onGuestReturned }: IdentityParts,
  { customerId }: Customer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { token } = await tokens.issueGuestToken(customerId);
  setSessionCookie(reply, token, config.identity);
  onGuestReturned(request, customerId);
}

interface SentToken {
  /** Empty if the header cannot be read. */
  readonly text: string;
  readonly isCookie: boolean;
}

/** The scheme, and the token if it can be read. */
const BEARER = /^Bearer(?![\w!#$%&'*+.^`|~-])(?: +(\S+)$)?/i;

/**
 * The token of a request. Only the scheme Bearer counts as ours: a browser also sends Basic credentials, which
 * belong to a proxy in front of the shop. A bad Bearer token is never replaced by a good cookie.
 */
export function sentToken({ headers, cookies }: FastifyRequest): SentToken | undefined {
  const bearer = headers.authorization && BEARER.exec(headers.authorization);
  if (bearer) return { text: bearer[1] ?? '', isCookie: false };
  const cookie = cookies[SESSION_COOKIE];
  return cookie === undefined ? undefined : { text: cookie, isCookie: true };
}

/**
 * Of several session cookies the first valid one counts. A parent domain or an older path can have set another
 * shop's, which the browser then sends before ours in each request.
 */
export function findCustomer(
  { headers }: FastifyRequest,
  { text, isCookie }: SentToken,
  verify: TokenService['verify'],
): Customer | Promise<Customer | null> {
  const found = verify(text);
  if (!(found instanceof Promise) || !isCookie) return found;
  return found.then(async (customer) => {
    if (customer) return customer;
    for (const other of sessionCookies(headers.cookie).slice(1)) {
      const owner = await verify(other);
      if (owner) return owner;
    }
    return null;
  });
}

/** The caller of a route whose path names no customer. */
export function callerId(request: FastifyRequest, { required }: IdentityConfig): string {
  const trusted = required ? undefined : request.headers[TRUSTED_CUSTOMER_HEADER];
  const customerId =
    typeof trusted === 'string' ? decodeHeader(trusted) : request.customer?.customerId;
  if (!customerId) throw new Problem('unauthenticated');
  if (!isId(customerId))
    throw invalidField(TRUSTED_CUSTOMER_HEADER, `must have at most ${MAX_ID_LENGTH} characters`);
  return customerId;
}

function claimedCustomerId(request: FastifyRequest): unknown {
  const { params, body } = request;
  if (typeof params === 'object' && params !== null && 'customer_id' in params) {
    return params.customer_id;
  }
  return typeof body === 'object' && body !== null && 'customer_id' in body
    ? body.customer_id
    : undefined;
}

/** Gives requests their `customer` slot; once per server. */
export function decorateIdentity(app: App): void {
  app.decorateRequest('customer', null);
}
