import type { DatabaseSource } from '../config/database-source.ts';
import { SQLSTATE } from './sqlstate.ts';

/** The message for the operator when the database fails: what happened and what to do. */
export interface Explanation {
  readonly message: string;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

const RUN_AGAIN = 'Nothing was half done: run the command again.';

/** By SQLSTATE, or by the code of a network error. `at` is user@host:port/database. */
const MESSAGES: Readonly<Record<string, (at: string) => string>> = {
  ECONNREFUSED: (at) => `Nothing listens at ${at}. Is PostgreSQL running there, on that port?`,
  ENOTFOUND: (at) => `The host in ${at} is unknown. Check its name in the database URL.`,
  EAI_AGAIN: (at) =>
    `The name of the host in ${at} cannot be resolved. Check the network and the name.`,
  ETIMEDOUT: (at) =>
    `${at} does not respond in time. Check the address, the firewall and the network.`,
  ECONNRESET: (at) => `The connection to ${at} broke. ${RUN_AGAIN}`,
  [SQLSTATE.invalidPassword]: (at) =>
    `The password for ${at} is wrong. Check where the credentials come from.`,
  SELF_SIGNED_CERT_IN_CHAIN: (at) => untrusted(at),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (at) => untrusted(at),
  DEPTH_ZERO_SELF_SIGNED_CERT: (at) => untrusted(at),
  ERR_TLS_CERT_ALTNAME_INVALID: (at) =>
    `The certificate of the server of ${at} is for another host name. Connect with the name in it.`,
  [SQLSTATE.invalidAuthorization]: (at) =>
    `The server refuses ${at}: no such user, or its rules (pg_hba.conf) do not allow this connection.`,
  [SQLSTATE.unknownDatabase]: (at) =>
    `The database in ${at} does not exist. Create it, or correct the database URL.`,
  [SQLSTATE.insufficientPrivilege]: (at) =>
    `${at} lacks a privilege. Connect as the owner of the database (the migrating role).`,
  [SQLSTATE.tooManyConnections]: (at) =>
    `${at} accepts no more connections. Close some, or increase max_connections.`,
  [SQLSTATE.cannotConnectNow]: (at) =>
    `The server of ${at} is starting up or shutting down. Try again in a moment.`,
  [SQLSTATE.adminShutdown]: (at) => `The server of ${at} closed the connection. ${RUN_AGAIN}`,
  [SQLSTATE.lockNotAvailable]: () =>
    `Another session held a lock for too long. ${RUN_AGAIN} If it happens again, look into pg_stat_activity.`,
  [SQLSTATE.queryCanceled]: () =>
    'A statement ran for too long and was canceled. Increase MIGRATION_STATEMENT_TIMEOUT_MS if it needs more time.',
  [SQLSTATE.readOnlyTransaction]: (at) =>
    `${at} is read-only: is it a standby? Connect to the primary.`,
  [SQLSTATE.diskFull]: (at) => `The disk of the server of ${at} is full.`,
  [SQLSTATE.undefinedTable]: () =>
    'A table that this command needs does not exist. Run "carthub-db migrate" first.',
};

const untrusted = (at: string) =>
  `The certificate of the server of ${at} is signed by an authority that is not trusted. ` +
  'Set DATABASE_CA_FILE to a file with that authority.';

/** By the code of an error of the file system. Files are named by settings and options. */
const FILE_MESSAGES: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is nothing at ${path}`,
  ENOTDIR: (path) => `A part of ${path} is a file, where a directory is needed`,
  EISDIR: (path) => `${path} is a directory, where a file is needed`,
  EACCES: (path) => `There is no permission to use ${path}`,
  EPERM: (path) => `There is no permission to use ${path}`,
  ELOOP: (path) => `The links at ${path} lead in a circle`,
  ENAMETOOLONG: (path) => `The path ${path.slice(0, 60)}… is too long`,
  EROFS: (path) => `${path} is on a file system that cannot be written`,
  ENOSPC: (path) => `The disk of ${path} is full`,
};

export function explainError(error: unknown, source: DatabaseSource): Explanation {
  const at = describeDatabase(source);
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  return {
    message: knownMessage(error, at, reason) ?? unknownMessage(reason, at),
    code,
    detail: textOf(error, 'detail'),
    hint: textOf(error, 'hint'),
  };
}

function knownMessage(error: unknown, at: string, reason: string): string | undefined {
  const code = codeOf(error) ?? '';
  const ofFile = FILE_MESSAGES[code];
  const known = MESSAGES[code] ?? (ofFile && isOfSocket(error) ? MESSAGES.ECONNREFUSED : undefined);
  if (known !== undefined) return `${known(at)}${because(reason)}`;
  if (ofFile === undefined) return undefined;
  const path = textOf(error, 'path') ?? 'What is named';
  return `${ofFile(path)}: correct the setting or the option that names it.`;
}

/** Of the file that stands for a server on this machine. */
const isOfSocket = (error: unknown): boolean => textOf(error, 'syscall') === 'connect';

/** user@host:port/database as far as the environment contains it, without the password. */
export function describeDatabase({ url, variables }: DatabaseSource): string {
  if (url === undefined) {
    const { username = '', host, port = '5432', database = '' } = variables;
    return host === undefined ? 'the database' : `${username}@${host}:${port}/${database}`;
  }
  if (!URL.canParse(url)) return 'the database';
  const { username, hostname, port, pathname, searchParams } = new URL(url);
  return `${username}@${searchParams.get('host') ?? hostname}:${port || '5432'}${pathname}`;
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

/** If all addresses of a host fail, the error has an empty message. */
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
