// A PostgreSQL server that only accepts TLS connections, with a certificate for "localhost".

import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { generate } from 'selfsigned';
import { startTemporaryPostgres } from './embedded-postgres.ts';

export interface TlsServer extends AsyncDisposable {
  readonly port: number;
  /** @default the host name in the certificate */
  url(host?: string): string;
  /** The certificate of the authority that signed the server's certificate. */
  readonly caFile: string;
}

export async function startTlsServer(): Promise<TlsServer> {
  const server = await startTemporaryPostgres();
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  const [caFile, keyFile] = [join(server.home, 'server.crt'), join(server.home, 'server.key')];
  await writeFile(caFile, pems.cert);
  await writeFile(keyFile, pems.private, { mode: 0o600 });
  const { uid, gid } = await stat(join(server.home, 'cluster'));
  for (const file of [caFile, keyFile]) await chown(file, uid, gid);
  await turnOn(server.url(), caFile, keyFile);
  return {
    port: server.port,
    caFile,
    url: (host = 'localhost') => server.url().replace('127.0.0.1', host),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** Applies to new connections. */
async function turnOn(url: string, certFile: string, keyFile: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ hba_file: string }>('show hba_file');
  await client.query(`alter system set ssl_cert_file = ${pg.escapeLiteral(certFile)}`);
  await client.query(`alter system set ssl_key_file = ${pg.escapeLiteral(keyFile)}`);
  await client.query('alter system set ssl = on');
  await writeFile(rows[0]?.hba_file ?? '', 'hostssl all all all scram-sha-256\n');
  await client.query('select pg_reload_conf()');
  await client.end();
}
