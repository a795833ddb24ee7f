/**
 * Terminology
 *   guest       a shopper who has not signed in; we issue the id and the token.
 *   signed-in   a customer of the configured OpenID Connect issuer; `sub` is the customer id.
 *   grace       the time after its expiry in which a guest's token can still be exchanged for a new one.
 */
export interface Customer {
  readonly customerId: string;
  readonly kind: 'guest' | 'signed-in';
  /** When the token that was sent expires, in ms since 1970. */
  readonly expiresAtMs: number;
  /** From when on the token should be replaced, in ms since 1970; never for tokens of the issuer. */
  readonly renewAtMs: number;
  /** Whether the issuer's token has the role of the shop's staff. */
  readonly isStaff: boolean;
}
