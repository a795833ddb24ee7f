import type { FastifyReply } from 'fastify';
import type { IdentityConfig } from '../../config/config.ts';

export const SESSION_COOKIE = 'carthub_session';

/** Each costs a signature check; a browser sends as many as domains and paths have set. */
const MAX_VALUES = 8;

/** The values of all session cookies in a Cookie header, in the browser's order. */
export function sessionCookies(header: string | undefined): string[] {
  const start = `${SESSION_COOKIE}=`;
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start))
    .map((pair) => pair.slice(start.length))
    .slice(0, MAX_VALUES);
}

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
