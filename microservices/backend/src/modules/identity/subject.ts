import { errors } from 'jose';
import { isId, MAX_ID_LENGTH } from '../../http/schemas.ts';

/** The customer id in a token's `sub`, of which the issuer's signature says nothing. */
export function requireSubject(subject: unknown): string {
  if (!isId(subject)) {
    throw new errors.JWTInvalid(`the subject must be text of 1 to ${MAX_ID_LENGTH} characters`);
  }
  return subject;
}
