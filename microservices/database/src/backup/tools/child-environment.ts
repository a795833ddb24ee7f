// The environment of pg_dump and pg_restore, so that no password is on a command line.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSource } from '../../config/database-source.ts';
import { type Credentials, readCredentials } from '../../database/credentials.ts';

export interface ChildEnvironment extends AsyncDisposable {
  readonly variables: Readonly<Record<string, string>>;
}

/** Marks connections that the next backup ends if this program was killed. */
export const CHILD_APPLICATION = 'carthub-db-child';

const CONNECT_TIMEOUT_SECONDS = '10';

/** Reads the credentials anew: they may have been rotated. */
export async function childEnvironment(source: DatabaseSource): Promise<ChildEnvironment> {
  const credentials = await readCredentials(source);
  const { ca } = credentials;
  if (ca === undefined) {
    const variables = { ...variablesOf(credentials), PGSSLMODE: 'disable' };
    return { variables, [Symbol.asyncDispose]: async () => {} };
  }
  const directory = await mkdtemp(join(tmpdir(), 'carthub-ca-'));
  const file = join(directory, 'ca.pem');
  await writeFile(file, ca.join('\n'), { mode: 0o600 });
  const tls = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: file };
  return {
    variables: { ...variablesOf(credentials), ...tls },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

function variablesOf(credentials: Credentials): Record<string, string> {
  const { host, port, database, username, password, options } = credentials;
  return {
    PGHOST: host === '' ? 'localhost' : host,
    PGPORT: String(port),
    PGDATABASE: database,
    PGUSER: username,
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    ...(options === undefined ? {} : { PGOPTIONS: options }),
    PGAPPNAME: CHILD_APPLICATION,
    PGCONNECT_TIMEOUT: CONNECT_TIMEOUT_SECONDS,
    LC_ALL: 'C',
  };
}
