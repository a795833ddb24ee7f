/**
 * What each state that PostgreSQL reports means for a request, in one table.
 * https://www.postgresql.org/docs/15/errcodes-appendix.html
 *
 * Terminology
 *   retry      whether the process itself does the work again: `at once` on another connection, `after a pause`
 *              when another session may have released its lock, or `never`.
 *   certain    the server has said that it kept nothing. Without that, a commit may have been done.
 */

/** How the process reacts to a state. */
export interface Reaction {
  /** What the caller hears; undefined is a fault of ours: 500 `internal`. */
  readonly problem:
    | ('database-unavailable' | 'database-read-only' | 'database-busy' | 'schema-too-old')
    | undefined;
  readonly retryAfterSeconds: number;
  /**
   * `dropped` is closed instead of going back to the pool. `all dropped`: so are the others, because they lead
   * to the same server; new ones look up the address again, which leads to the new primary.
   */
  readonly connection: 'kept' | 'dropped' | 'all dropped';
  /** What /readyz says when its own statement meets the state. */
  readonly isReady: boolean;
  readonly retry: 'at once' | 'after a pause' | 'never';
  readonly isCertain: boolean;
}

const FAULT: Reaction = {
  problem: undefined,
  retryAfterSeconds: 0,
  connection: 'kept',
  isReady: false,
  retry: 'never',
  isCertain: true,
};
/** No database here: it is gone, going or not reached. */
const UNAVAILABLE: Reaction = {
  problem: 'database-unavailable',
  retryAfterSeconds: 1,
  connection: 'dropped',
  isReady: false,
  retry: 'never',
  isCertain: false,
};
/** The server refused before it did anything. */
const REFUSED: Reaction = { ...UNAVAILABLE, isCertain: true };
const READ_ONLY: Reaction = {
  ...REFUSED,
  problem: 'database-read-only',
  retryAfterSeconds: 5,
  connection: 'all dropped',
};
/** The server works, but cannot do this now. */
const BUSY: Reaction = {
  problem: 'database-busy',
  retryAfterSeconds: 2,
  connection: 'kept',
  isReady: true,
  retry: 'never',
  isCertain: true,
};
const FULL: Reaction = { ...BUSY, retryAfterSeconds: 5, isReady: false };
const CONFLICT: Reaction = { ...BUSY, retry: 'at once' };
/** The connection has lost a prepared statement, or PostgreSQL its plan: a new connection prepares it again. */
const FORGOTTEN: Reaction = { ...FAULT, connection: 'all dropped', retry: 'at once' };

/**
 * The schema lacks what a statement names. A test prepares each statement on the schema that it is for, so this
 * is the state of the database: not migrated, being restored, or changed by hand.
 */
const NOT_MIGRATED: Reaction = { ...FULL, problem: 'schema-too-old' };

/** By SQLSTATE or by class, its first two characters; the SQLSTATE wins. */
const REACTIONS: Readonly<Record<string, Reaction>> = {
  // Connection exception, and what poolers report.
  '08': UNAVAILABLE,
  // feature_not_supported: "cached plan must not change result type", after a migration.
  '0A000': FORGOTTEN,
  // read_only_sql_transaction: a demoted primary, a standby, a full disk at some providers.
  '25006': READ_ONLY,
  // idle_in_transaction_session_timeout and transaction_timeout end the session.
  '25P03': { ...BUSY, connection: 'dropped' },
  '25P04': { ...BUSY, connection: 'dropped' },
  // invalid_sql_statement_name, duplicate_prepared_statement: a pooler without prepared statements.
  '26000': FORGOTTEN,
  '42P05': FORGOTTEN,
  // insufficient_privilege: another role than ours, or one whose grants are missing. A new session has new ones.
  '42501': REFUSED,
  // undefined_table, _column, _function, _object; datatype_mismatch; invalid_schema_name.
  '42P01': NOT_MIGRATED,
  '42703': NOT_MIGRATED,
  '42883': NOT_MIGRATED,
  '42704': NOT_MIGRATED,
  '42804': NOT_MIGRATED,
  '3F000': NOT_MIGRATED,
  // Refused login: after a rotation, until the new password arrives.
  '28': REFUSED,
  // invalid_catalog_name: the database is being restored.
  '3D000': REFUSED,
  // serialization_failure, deadlock_detected; statement_completion_unknown is what its name says.
  '40001': CONFLICT,
  '40P01': CONFLICT,
  '40003': UNAVAILABLE,
  // Insufficient resources: disk, memory, connections.
  '53': FULL,
  '53300': REFUSED,
  // Object not in prerequisite state: renamed, in use, not accepting connections, in recovery.
  '55': REFUSED,
  // lock_not_available: lock_timeout.
  '55P03': { ...BUSY, retry: 'after a pause' },
  // Operator intervention: shutdown, crash, starting up, database dropped, idle_session_timeout.
  '57': UNAVAILABLE,
  // query_canceled: statement_timeout, or an operator.
  '57014': BUSY,
  '57P03': REFUSED,
  // System error: input and output.
  '58': { ...UNAVAILABLE, retryAfterSeconds: 5, isCertain: true },
};

/** @returns undefined if the error is none of the database server's */
export function reactionTo(error: unknown): Reaction | undefined {
  const code = codeOf(error);
  // Codes of Node.js, such as EPIPE, have no digit.
  if (!/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return undefined;
  return REACTIONS[code] ?? REACTIONS[code.slice(0, 2)] ?? FAULT;
}

/** Another session holds a lock, for which this one has waited as long as lock_timeout allows. */
export const isLockTimeout = (error: unknown): boolean =>
  reactionTo(error)?.retry === 'after a pause';

/** A serialization failure or a deadlock: PostgreSQL rolled everything back, so the work can run again. */
export function isConflict(error: unknown): boolean {
  const reaction = reactionTo(error);
  return reaction?.retry === 'at once' && reaction.problem === CONFLICT.problem;
}

/** Whether the same work can succeed on another connection at once. */
export const canRetryAtOnce = (error: unknown): boolean => reactionTo(error)?.retry === 'at once';

/** A row with the same key exists. The constraint, or the index, says which key. */
export const isUniqueViolation = (error: unknown): error is Error & { constraint: string } =>
  codeOf(error) === '23505' && error instanceof Error && 'constraint' in error;

export const isRefusedLogin = (error: unknown): boolean => codeOf(error).startsWith('28');

/** A SQLSTATE or the code of a Node.js error; empty if there is none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
