import { Problem } from '../http/problem.ts';
import { codeOf, isRefusedLogin, isUnavailable } from './sqlstate.ts';

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

/** A server whose certificate cannot be verified counts as unavailable. */
const UNTRUSTED_NODE_CODE = /^(ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

/** Errors of pg that have no code. */
const UNAVAILABLE_MESSAGE =
  /^(timeout e|The server does not support SSL|Connection terminated|Client has encountered a connection error)/;

/** The 503 for an error that means "no database right now", else undefined. */
export function databaseUnavailable(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  const unavailable =
    UNAVAILABLE_NODE_CODES.has(code) ||
    UNTRUSTED_NODE_CODE.test(code) ||
    isUnavailable(error) ||
    // After a rotation, until the new password arrives.
    isRefusedLogin(error) ||
    UNAVAILABLE_MESSAGE.test(error.message);
  return unavailable ? new Problem('database-unavailable', { cause: error }) : undefined;
}
