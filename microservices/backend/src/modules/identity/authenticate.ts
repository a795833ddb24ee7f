import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { IdentityConfig } from '../../config/config.ts';
import type { App } from '../../http/app.ts';
import { Problem } from '../../http/problem.ts';
import type { Customer } from './customer.ts';
import type { TokenService } from './tokens.ts';

export const SESSION_COOKIE = 'carthub_session';
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
}

export function createIdentityHooks({ config, tokens }: IdentityParts): IdentityHooks {
  return {
    authenticate(request, _reply, done) {
      const accept = (customer: Customer | null) => {
        request.customer = customer;
        done(config.identity.required && !customer ? new Problem('unauthenticated') : undefined);
      };
      const found = identify(request, tokens.verify);
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

/** Who the request's token belongs to. A bad Bearer token is never replaced by a good cookie. */
export function identify(
  request: FastifyRequest,
  verify: TokenService['verify'],
): ReturnType<TokenService['verify']> | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    return token ? verify(token) : null;
  }
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie ? verify(cookie) : null;
}

/** The caller of a route whose path names no customer. */
export function callerId(request: FastifyRequest, { required }: IdentityConfig): string {
  const trusted = required ? undefined : request.headers[TRUSTED_CUSTOMER_HEADER];
  const customerId = typeof trusted === 'string' ? trusted : request.customer?.customerId;
  if (!customerId) throw new Problem('unauthenticated');
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
