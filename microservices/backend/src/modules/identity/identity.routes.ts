import { Type } from 'typebox';
import type { App } from '../../http/app.ts';
import {
  CustomerId,
  named,
  reference,
  responses,
  strictObject,
  Timestamp,
} from '../../http/schemas.ts';
import { type IdentityParts, identify, SESSION_COOKIE } from './authenticate.ts';

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
        tags: ['sessions'],
        response: responses({ 201: reference(Session) }, 400, 413, 415, 422, 429, 503),
      },
    },
    async (request, reply) => {
      const caller = await identify(request, tokens.verify);
      const known = caller?.kind === 'guest' ? caller.customerId : undefined;
      const session = await tokens.issueGuestToken(known);
      reply.setCookie(SESSION_COOKIE, session.token, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: config.identity.cookieSecure,
        expires: session.expiresAt,
      });
      return reply.code(201).header('cache-control', 'no-store').send({
        customer_id: session.customerId,
        token: session.token,
        token_type: 'Bearer',
        expires_at: session.expiresAt.toISOString(),
      });
    },
  );
}
