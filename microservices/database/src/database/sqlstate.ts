/** The SQLSTATEs that the code tells apart: https://www.postgresql.org/docs/15/errcodes-appendix.html */
export const SQLSTATE = {
  uniqueViolation: '23505',
  readOnlyTransaction: '25006',
  invalidAuthorization: '28000',
  invalidPassword: '28P01',
  unknownDatabase: '3D000',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  insufficientPrivilege: '42501',
  duplicateObject: '42710',
  undefinedTable: '42P01',
  diskFull: '53100',
  tooManyConnections: '53300',
  lockNotAvailable: '55P03',
  queryCanceled: '57014',
  adminShutdown: '57P01',
  cannotConnectNow: '57P03',
} as const;

const REFUSED_LOGIN = new Set<string>([SQLSTATE.invalidPassword, SQLSTATE.invalidAuthorization]);
/** Two sessions that create one role at once collide in the index if neither sees the other's row. */
const DUPLICATE_ROLE = new Set<string>([SQLSTATE.duplicateObject, SQLSTATE.uniqueViolation]);

/** The server does not know the login, does not admit it, or expects another password. */
export const isRefusedLogin = (error: unknown): boolean => REFUSED_LOGIN.has(codeOf(error));

export const isDuplicateRole = (error: unknown): boolean => DUPLICATE_ROLE.has(codeOf(error));

/** A SQLSTATE or the code of a Node.js error; empty if there is none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
