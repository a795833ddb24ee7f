// The backend's login: made once, of the secret that the backend reads.
//
// Terminology
//   login    a role that may log in and is a member of carthub_app, which the migrations make.

import { randomBytes } from 'node:crypto';
import type { Connection, Database } from '../database/connection.ts';
import { readDirectory } from '../database/credentials.ts';
import { codeOf, isDuplicateRole, isRefusedLogin, SQLSTATE } from '../database/sqlstate.ts';
import * as queries from './login.queries.ts';
import { scramVerifier } from './scram.ts';

export type LoginResult =
  | { readonly outcome: 'made' | 'joined' | 'kept'; readonly username: string }
  | { readonly outcome: 'refused'; readonly problem: string };

interface Login {
  readonly username: string;
  readonly password: string;
}

const MAY_NOT =
  'This role may not make it (CREATEROLE). Run the migration as a role that may, or let one that ' +
  'may run: ';

/**
 * Makes the login if it is not there, and tries it. A password that is there is never changed: that is
 * the rotation's work, and a change here would take it away from pods that run.
 *
 * @param directory with the files `username` and `password`, as the Secrets Store CSI driver mounts them
 */
export async function ensureAppLogin(database: Database, directory: string): Promise<LoginResult> {
  const { username, password } = await readDirectory(directory);
  const login = { username: username ?? '', password: password ?? '' };
  const problem = problemOf(login);
  if (problem !== undefined) return refused(`APP_CREDENTIALS_DIR (${directory}) ${problem}`);
  const result = await database.connect((connection) => ensureRole(connection, login));
  return result.outcome === 'refused' ? result : await tryLogin(database, login, result);
}

function problemOf({ username, password }: Login): string | undefined {
  if (username === '' || password === '') return 'needs the files "username" and "password".';
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(username))
    return `names the login "${username}": give lower-case letters, digits and _, 63 at most.`;
  if (!/^[\x20-\x7e]+$/.test(password)) return 'holds a password that is not printable ASCII.';
  return undefined;
}

async function ensureRole(connection: Connection, login: Login): Promise<LoginResult> {
  const { username } = login;
  if (!(await queries.appRoleExists(connection)))
    return refused('The role carthub_app is missing: the migrations make it.');
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
    () => ({ outcome: state === undefined ? 'made' : 'joined', username }),
    (error: unknown) => explainChange(error, username, state !== undefined),
  );
}

function explainChange(error: unknown, username: string, isThere: boolean): LoginResult {
  // Another migration created it at the same moment.
  if (isDuplicateRole(error)) return { outcome: 'kept', username };
  if (codeOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
  const statement = isThere
    ? `grant carthub_app to ${username}`
    : `create role ${username} login password '…' in role carthub_app`;
  return refused(`The login ${username} can not be made ready. ${MAY_NOT}${statement}`);
}

/** The backend would be refused as this is, and by then shoppers would see it. */
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
      `The login ${login.username} is there, and the server refuses it with the password of the ` +
        'secret (or it may not log in). It was left as it is, because pods may be using it. Rotate the ' +
        `secret, or set the secret's password as the owner: alter role ${login.username} login password '…'`,
    );
  }
}

const refused = (problem: string): LoginResult => ({ outcome: 'refused', problem });
