import type { Connection } from '../database/connection.ts';

export interface LoginState {
  readonly canLogIn: boolean;
  readonly isSuperuser: boolean;
  /** It is the role of this connection: the schema's owner, which the backend must not use. */
  readonly isOwner: boolean;
  /** Directly or through another role, like a clone made by the password rotation. */
  readonly isAppMember: boolean;
}

/** Returns undefined if the role does not exist. Needs `carthub_app`. */
export async function readLogin(
  connection: Connection,
  username: string,
): Promise<LoginState | undefined> {
  const { rows } = await connection.query<LoginState>(
    `select rolcanlogin as "canLogIn",
            rolsuper as "isSuperuser",
            rolname = current_user as "isOwner",
            pg_has_role(oid, 'carthub_app', 'member') as "isAppMember"
     from pg_catalog.pg_roles
     where rolname = $1::text`,
    [username],
  );
  return rows[0];
}

export async function appRoleExists(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ found: boolean }>(
    `select to_regrole('carthub_app') is not null as found`,
  );
  return rows[0]?.found === true;
}

/** @param verifier the result of `scramVerifier` */
export async function createLogin(
  connection: Connection,
  username: string,
  verifier: string,
): Promise<void> {
  const role = connection.escapeIdentifier(username);
  const secret = connection.escapeLiteral(verifier);
  await connection.query(`create role ${role} login password ${secret} in role carthub_app`);
}

export async function joinAppRole(connection: Connection, username: string): Promise<void> {
  await connection.query(`grant carthub_app to ${connection.escapeIdentifier(username)}`);
}
