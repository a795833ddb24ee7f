// Where the database is and how to log in, from a URL, or from mounted files and variables.

import type { Environment } from './env.ts';
import type { Part, Parts } from './parts.ts';
import type { SecretFiles } from './secret-files.ts';

/** All that it takes to connect; a part that is not told is left to PostgreSQL's own customs. */
export interface Credentials {
  readonly parts: Parts;
  /** Settings of the session, such as `-c role=carthub_app`. */
  readonly options: string | undefined;
  /** `off`: an unencrypted connection. Authorities in PEM form; undefined: nobody named any. */
  readonly tls: 'off' | { readonly caCertificates: readonly string[] | undefined };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1', '']);

/** What is missing or said twice; the password is never repeated. */
export function databaseProblems(env: Partial<Environment>, files: SecretFiles): string[] {
  const { DATABASE_URL: url, DATABASE_CREDENTIALS_DIR: directory } = env;
  if (url && directory) {
    return ['DATABASE_URL and DATABASE_CREDENTIALS_DIR are both set: keep one'];
  }
  if (url) return URL.canParse(url) ? [] : ['DATABASE_URL cannot be read as a URL'];
  const parts = { ...fromVariables(env), ...files.parts };
  const missing = (['host', 'database', 'username'] as const).filter((part) => !parts[part]);
  if (directory && missing.length > 0) {
    return [`DATABASE_CREDENTIALS_DIR (${directory}) tells no ${missing.join(', no ')}`];
  }
  if (missing.length === 3) {
    return ['DATABASE_URL or DATABASE_CREDENTIALS_DIR is required, or DATABASE_HOST and the like'];
  }
  const problems = missing.map((part) => `DATABASE_${part.toUpperCase()} is required`);
  if (parts.port && !/^\d{1,5}$/.test(parts.port)) problems.push('the port is no number');
  return problems;
}

export function toCredentials(env: Environment, files: SecretFiles): Credentials {
  const url = env.DATABASE_URL === undefined ? undefined : new URL(env.DATABASE_URL);
  const parts = url ? fromUrl(url) : { ...fromVariables(env), ...files.parts };
  const isEncrypted = wantsTls(env, url, parts.host ?? '');
  return {
    parts:
      parts.host === undefined ? parts : { ...parts, host: parts.host.replace(/^\[|\]$/g, '') },
    options: url?.searchParams.get('options') ?? undefined,
    tls: isEncrypted
      ? { caCertificates: files.caCertificates ? [files.caCertificates] : undefined }
      : 'off',
  };
}

const fromVariables = (env: Partial<Environment>): Parts =>
  present({
    host: env.DATABASE_HOST,
    port: env.DATABASE_PORT?.toString(),
    database: env.DATABASE_DATABASE,
    username: env.DATABASE_USERNAME,
    password: env.DATABASE_PASSWORD,
  });

const fromUrl = (url: URL): Parts =>
  present({
    host: url.searchParams.get('host') ?? url.hostname,
    port: url.port,
    database: decodeURIComponent(url.pathname.slice(1)),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  });

const present = (parts: Readonly<Record<Part, string | undefined>>): Parts =>
  Object.fromEntries(Object.entries(parts).filter(([, text]) => text));

/** Fail closed: a password goes over a network only to a server that has proved its name. */
function wantsTls(env: Environment, url: URL | undefined, host: string): boolean {
  if (env.DATABASE_TLS !== undefined) return env.DATABASE_TLS === 'verify-full';
  const mode = url?.searchParams.get('sslmode');
  if (mode) return mode !== 'disable';
  return !LOOPBACK.has(host) && !host.startsWith('/');
}
