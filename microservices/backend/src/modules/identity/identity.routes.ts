import { Type } from 'typebox';
import type { IdentityConfig } from '../../config/config.ts';
import type { App } from '../../http/app.ts';
import {
  CustomerId,
  named,
  reference,
  responses,
  strictObject,
  Timestamp,
} from '../../http/schemas.ts';
import { findCustomer, type IdentityParts, sentToken } from './authenticate.ts';
import type { Customer } from './customer.ts';
import { setSessionCookie } from './session-cookie.ts';

export const Session = named(
  'Session',
  strictObject({
    customer_id: CustomerId,
    token: Type.String({ description: 'For `Authorization: Bearer`' }),
    token_type: Type.Literal('Bearer'),
    expires_at: Timestamp,
  }),
);

export async function identityRoutes(app: App, parts: IdentityParts): Promise<void> {
  const { config, tokens } = parts;

  app.post(
    '/sessions',
    {
      schema: {
        operationId: 'createSession',
        summary: 'Begin a guest session, or renew the caller’s own',
        description:
          'A guest’s token, as `Authorization: Bearer` or in the cookie, continues its customer, also for ' +
          'GUEST_TOKEN_GRACE_HOURS after it has expired. Any other token, or none, begins a new guest. ' +
          'Requests with the cookie renew it by themselves in the second half of its life. Tokens of the ' +
          'OIDC issuer are not renewed here.',
        tags: ['sessions'],
        response: responses({ 201: reference(Session) }, 400, 413, 415, 422, 429, 503),
      },
    },
    async (request, reply) => {
      const sent = sentToken(request);
      const caller = sent
        ? ((await findCustomer(request, sent, tokens.verify)) ??
          (await findCustomer(request, sent, tokens.verifyWithGrace)))
        : null;
      const guest = caller?.kind === 'guest' ? caller : undefined;
      const session = await tokens.issueGuestToken(guest?.customerId);
      if (guest && isOlderThanADay(guest, config.identity)) {
        parts.onGuestReturned(request, guest.customerId);
      }
      setSessionCookie(reply, session.token, config.identity);
      return reply.code(201).header('cache-control', 'private, no-store').send({
        customer_id: session.customerId,
        token: session.token,
        token_type: 'Bearer',
        expires_at: session.expiresAt.toISOString(),
      });
    },
  );
}

const DAY_MS = 86_400_000;

const isOlderThanADay = ({ expiresAtMs }: Customer, { guestTokenTtlSeconds }: IdentityConfig) =>
  expiresAtMs - guestTokenTtlSeconds * 1000 < Date.now() - DAY_MS;
