import { Problem } from '../http/problem.ts';
import { codeOf, reactionTo } from './sqlstate.ts';

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
  /^(timeout e|The server does not support SSL|Connection terminated|Client has encountered a connection error|Client was closed)/;

/** Whether the connection to the server failed, so that the server's answer is not known. */
const isConnectionLost = (error: Error): boolean =>
  UNAVAILABLE_NODE_CODES.has(codeOf(error)) ||
  UNTRUSTED_NODE_CODE.test(codeOf(error)) ||
  UNAVAILABLE_MESSAGE.test(error.message);

/** The 503 for an error that means "not here" or "not now" (sqlstate.ts), else undefined. */
export function databaseProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error.code.startsWith('database-') ? error : undefined;
  if (!(error instanceof Error)) return undefined;
  if (isConnectionLost(error)) return new Problem('database-unavailable', { cause: error });
  const reaction = reactionTo(error);
  if (reaction?.problem === undefined) return undefined;
  const { problem, retryAfterSeconds } = reaction;
  return new Problem(problem, { cause: error, retryAfterSeconds });
}

/** The 503 for an error at the login: without a session nothing was done. */
export const cannotConnect = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem('database-unavailable', { cause: error });

/** What becomes of the connection after an error. */
export function connectionAfter(error: unknown): 'kept' | 'dropped' | 'all dropped' {
  const reaction = reactionTo(error);
  if (reaction)
    return isFatal(error) && reaction.connection === 'kept' ? 'dropped' : reaction.connection;
  return error instanceof Error && isConnectionLost(error) ? 'dropped' : 'kept';
}

/** PostgreSQL ends the session after these. Translated servers say something else, but then close as well. */
const isFatal = (error: unknown): boolean =>
  error instanceof Error && 'severity' in error && /^(FATAL|PANIC)$/.test(String(error.severity));

/** Whether the server has said that it kept nothing of what failed. */
export const isCertainFailure = (error: unknown): boolean => reactionTo(error)?.isCertain === true;
