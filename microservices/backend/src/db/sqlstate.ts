/** The SQLSTATEs that the code tells apart: https://www.postgresql.org/docs/15/errcodes-appendix.html */
const SQLSTATE = {
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  invalidPassword: '28P01',
  invalidAuthorization: '28000',
} as const;

/** PostgreSQL rolled everything back, so the work can run again. */
const ROLLED_BACK = new Set<string>([SQLSTATE.serializationFailure, SQLSTATE.deadlockDetected]);
const REFUSED_LOGIN = new Set<string>([SQLSTATE.invalidPassword, SQLSTATE.invalidAuthorization]);
/** Classes: 08 connection, 53 resources, 57 operator intervention (shutdown, timeout). */
const UNAVAILABLE = /^(08|53|57)...$/;

export const isRolledBack = (error: unknown): boolean => ROLLED_BACK.has(codeOf(error));

export const isRefusedLogin = (error: unknown): boolean => REFUSED_LOGIN.has(codeOf(error));

export const isUnavailable = (error: unknown): boolean => UNAVAILABLE.test(codeOf(error));

/** A SQLSTATE or the code of a Node.js error; empty if there is none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
