// Creates the backend's login once, from the secret that the backend reads.
//
// Terminology
//   login    a role that can log in and is a member of carthub_app, which the migrations create.

import { randomBytes } from 'node:crypto';
import type { Connection, Database } from '../database/connection.ts';
import { readDirectory } from '../database/credentials.ts';
import { codeOf, isDuplicateRole, isRefusedLogin, SQLSTATE } from '../database/sqlstate.ts';
import * as queries from './login.queries.ts';
import { scramVerifier } from './scram.ts';

export type LoginResult =
  | { readonly outcome: 'created' | 'joined' | 'kept'; readonly username: string }
  | { readonly outcome: 'refused'; readonly problem: string };

interface Login {
  readonly username: string;
  readonly password: string;
}

const LACKS_CREATEROLE =
  'This role lacks CREATEROLE. Run the migration as a role that has it, or run as such a role: ';

/**
 * Creates the login if it does not exist, and logs in with it. Never changes an existing password: only
 * the rotation does that, and a change here would lock out running pods.
 *
 * @param directory with the files `username` and `password`, as the Secrets Store CSI driver mounts them
 */
export async function ensureAppLogin(database: Database, directory: string): Promise<LoginResult> {
  const login = await readLogin(directory);
  const problem = problemOf(login, directory);
  if (problem !== undefined) return refused(problem);
  const result = await database.connect((connection) => ensureRole(connection, login));
  return result.outcome === 'refused' ? result : await tryLogin(database, login, result);
}

/** What keeps the files in this directory from being a login, as a sentence; undefined if they are one. */
export async function appLoginProblem(directory: string): Promise<string | undefined> {
  return problemOf(await readLogin(directory), directory);
}

async function readLogin(directory: string): Promise<Login> {
  const { username = '', password = '' } = await readDirectory(directory);
  return { username, password };
}

function problemOf({ username, password }: Login, directory: string): string | undefined {
  const source = `APP_CREDENTIALS_DIR (${directory})`;
  if (username === '' || password === '')
    return `${source} needs the files "username" and "password".`;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(username))
    return `${source} names the login "${username}": use lower-case letters, digits and _, 63 at most.`;
  if (!/^[\x20-\x7e]+$/.test(password))
    return `${source} contains a password that is not printable ASCII.`;
  return undefined;
}

async function ensureRole(connection: Connection, login: Login): Promise<LoginResult> {
  const { username } = login;
  if (!(await queries.appRoleExists(connection)))
    return refused('The role carthub_app is missing: the migrations create it.');
  const state = await queries.readLogin(connection, username);
  if (state?.isOwner || state?.isSuperuser)
    return refused(
      `The login ${username} owns the schema or is a superuser: the backend needs its own.`,
    );
  if (state?.isAppMember) return { outcome: 'kept', username };
  const verifier = scramVerifier(login.password, randomBytes(16));
  const change =
    state === undefined
      ? queries.createLogin(connection, username, verifier)
      : queries.joinAppRole(connection, username);
  return change.then(
    () => ({ outcome: state === undefined ? 'created' : 'joined', username }),
    (error: unknown) => explainChange(error, username, state !== undefined),
  );
}

function explainChange(error: unknown, username: string, isThere: boolean): LoginResult {
  // Another run created it at the same time.
  if (isDuplicateRole(error)) return { outcome: 'kept', username };
  if (codeOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
  const statement = isThere
    ? `grant carthub_app to ${username}`
    : `create role ${username} login password '…' in role carthub_app`;
  return refused(
    `Cannot create the login ${username} or add it to carthub_app. ${LACKS_CREATEROLE}${statement}`,
  );
}

/** A refused login fails the migration, before the backend is rolled out with it. */
async function tryLogin(
  database: Database,
  login: Login,
  result: LoginResult,
): Promise<LoginResult> {
  try {
    await database.connectAs(login, async () => {});
    return result;
  } catch (error) {
    if (!isRefusedLogin(error)) throw error;
    return refused(
      `The login ${login.username} exists, but the server refuses it with the password of the ` +
        'secret (or it may not log in). It was not changed, because pods may be using it. Rotate the ' +
        `secret, or set the secret's password as the owner: alter role ${login.username} login password '…'`,
    );
  }
}

const refused = (problem: string): LoginResult => ({ outcome: 'refused', problem });
