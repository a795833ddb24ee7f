/** The session's token, kept in memory only, for browsers that keep no cookies. */
let token: string | undefined;

export function setBearerToken(next: string | undefined): void {
  token = next;
}

export const bearerToken = (): string | undefined => token;
