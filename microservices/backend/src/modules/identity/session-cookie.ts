import type { FastifyReply } from 'fastify';
import type { IdentityConfig } from '../../config/config.ts';

export const SESSION_COOKIE = 'carthub_session';

/**
 * Gives the browser a guest's token. The cookie outlives the token by the grace period. Max-Age, not Expires:
 * a browser whose clock is wrong would drop it too early.
 */
export function setSessionCookie(reply: FastifyReply, token: string, config: IdentityConfig): void {
  reply.setCookie(SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: config.cookieSecure,
    maxAge: config.guestTokenTtlSeconds + config.guestTokenGraceSeconds,
  });
}
