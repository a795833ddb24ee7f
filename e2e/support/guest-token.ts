import { createHmac } from 'node:crypto';

const TTL_SECONDS = 720 * 3600;

/** A guest's token of the given age, as the backend signs it. */
export function guestTokenOf(customerId: string, ageSeconds: number, secret: string): string {
  const iat = Math.floor(Date.now() / 1000) - ageSeconds;
  const claims = { iss: 'carthub', sub: customerId, iat, exp: iat + TTL_SECONDS };
  const content = [{ alg: 'HS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}
