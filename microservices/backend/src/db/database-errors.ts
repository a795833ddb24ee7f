import { Problem } from '../http/problem.ts';

const UNAVAILABLE_NODE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** A server whose certificate proves nothing is none that we talk to. */
const UNTRUSTED_NODE_CODE = /^(ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

/** A password that is wrong, or a login that is not known or not let in. */
const REFUSED_LOGIN = new Set(['28P01', '28000']);

/** SQLSTATE classes: 08 connection, 53 resources, 57 operator intervention (shutdown, timeout). */
const UNAVAILABLE_SQLSTATE = /^(08|53|57)...$/;

/** pg reports these in words only. */
const UNAVAILABLE_MESSAGE =
  /^(timeout e|The server does not support SSL|Connection terminated|Client has encountered a connection error)/;

/** The 503 for an error that means "no database right now", else undefined. */
export function databaseUnavailable(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  const unavailable =
    UNAVAILABLE_NODE_CODES.has(code) ||
    UNTRUSTED_NODE_CODE.test(code) ||
    UNAVAILABLE_SQLSTATE.test(code) ||
    // Between a rotation and the arrival of the new password.
    REFUSED_LOGIN.has(code) ||
    UNAVAILABLE_MESSAGE.test(error.message);
  return unavailable ? new Problem('database-unavailable', { cause: error }) : undefined;
}

export const isRefusedLogin = (error: unknown): boolean => REFUSED_LOGIN.has(codeOf(error));

/** A SQLSTATE or the code of a Node error; empty if there is none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
