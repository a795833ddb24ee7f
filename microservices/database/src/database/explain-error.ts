import type { DatabaseSource } from '../config/database-source.ts';
import { SQLSTATE } from './sqlstate.ts';

/** What a person reads when the database fails: what happened, and what to do. */
export interface Explanation {
  readonly message: string;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

const RUN_AGAIN = 'Nothing was half done: run the command again.';

/** By SQLSTATE, or by the code of a network error. `at` is user@host:port/database. */
const MESSAGES: Readonly<Record<string, (at: string) => string>> = {
  ECONNREFUSED: (at) => `Nothing answers at ${at}. Is PostgreSQL running there, on that port?`,
  ENOTFOUND: (at) => `The host in ${at} is not known. Check its name in the database URL.`,
  EAI_AGAIN: (at) => `The host in ${at} can not be looked up. Check the network and the name.`,
  ETIMEDOUT: (at) =>
    `${at} does not answer in time. Check the address, the firewall and the network.`,
  ECONNRESET: (at) => `The connection to ${at} broke. ${RUN_AGAIN}`,
  [SQLSTATE.invalidPassword]: (at) =>
    `The password for ${at} is wrong. Check where the credentials come from.`,
  SELF_SIGNED_CERT_IN_CHAIN: (at) => untrusted(at),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (at) => untrusted(at),
  DEPTH_ZERO_SELF_SIGNED_CERT: (at) => untrusted(at),
  ERR_TLS_CERT_ALTNAME_INVALID: (at) =>
    `The certificate of the server of ${at} is for another host name. Connect by the name in it.`,
  [SQLSTATE.invalidAuthorization]: (at) =>
    `The server refuses ${at}: no such user, or its rules (pg_hba.conf) do not let it in from here.`,
  [SQLSTATE.unknownDatabase]: (at) =>
    `The database in ${at} does not exist. Create it, or correct the database URL.`,
  [SQLSTATE.insufficientPrivilege]: (at) =>
    `${at} lacks a privilege. Connect as the owner of the database (the migrating role).`,
  [SQLSTATE.tooManyConnections]: (at) =>
    `${at} accepts no more connections. Close some, or raise max_connections.`,
  [SQLSTATE.cannotConnectNow]: (at) =>
    `The server of ${at} is starting up or shutting down. Try again in a moment.`,
  [SQLSTATE.adminShutdown]: (at) => `The server of ${at} closed the connection. ${RUN_AGAIN}`,
  [SQLSTATE.lockNotAvailable]: () =>
    `Another session holds a lock for too long. ${RUN_AGAIN} If it stays so, look into pg_stat_activity.`,
  [SQLSTATE.queryCanceled]: () =>
    'A statement ran for too long and was cancelled. Raise MIGRATION_STATEMENT_TIMEOUT_MS if it needs that.',
  [SQLSTATE.readOnlyTransaction]: (at) =>
    `${at} is read-only: is it a standby? Connect to the primary.`,
  [SQLSTATE.diskFull]: (at) => `The disk of the server of ${at} is full.`,
  [SQLSTATE.undefinedTable]: () =>
    'A table that this command needs does not exist. Run "carthub-db migrate" first.',
};

const untrusted = (at: string) =>
  `The certificate of the server of ${at} comes from an authority that is not trusted here. ` +
  'Name a file with that authority in DATABASE_CA_FILE.';

export function explainError(error: unknown, source: DatabaseSource): Explanation {
  const at = describeDatabase(source);
  const code = codeOf(error);
  const known = code === undefined ? undefined : MESSAGES[code];
  const reason = error instanceof Error ? error.message : String(error);
  return {
    message: known === undefined ? unknownMessage(reason, at) : `${known(at)}${because(reason)}`,
    code,
    detail: textOf(error, 'detail'),
    hint: textOf(error, 'hint'),
  };
}

/** user@host:port/database as far as the environment tells it, without the password. */
export function describeDatabase({ url, variables }: DatabaseSource): string {
  if (url === undefined) {
    const { username = '', host, port = '5432', database = '' } = variables;
    return host === undefined ? 'the database' : `${username}@${host}:${port}/${database}`;
  }
  if (!URL.canParse(url)) return 'the database';
  const { username, hostname, port, pathname } = new URL(url);
  return `${username}@${hostname}:${port || '5432'}${pathname}`;
}

function unknownMessage(reason: string, at: string): string {
  if (/timeout expired/.test(reason)) return MESSAGES.ETIMEDOUT?.(at) ?? reason;
  if (/terminated/.test(reason)) return MESSAGES.ECONNRESET?.(at) ?? reason;
  if (/does not support SSL/.test(reason)) {
    return (
      `The server of ${at} offers no TLS. If the network between is safe without it, ` +
      'set DATABASE_TLS=off, or sslmode=disable in the database URL.'
    );
  }
  return reason;
}

/** Several addresses of one host fail as one error that has no text of its own. */
function because(reason: string): string {
  return reason === '' ? '' : ` (${reason})`;
}

function codeOf(error: unknown): string | undefined {
  return textOf(error, 'code');
}

export function textOf(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
