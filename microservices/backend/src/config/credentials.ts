// Where the database is and how to log in, from a URL, or from mounted files and variables.

import {
  isPort,
  type Parts,
  partsFromVariables,
  REQUIRED_PARTS,
  toConnectionParameters,
  urlProblems,
} from './connection-parameters.ts';
import type { Environment } from './env.ts';
import type { SecretFiles } from './secret-files.ts';
import { settingsOf } from './session-settings.ts';

/** Everything that a connection needs; PostgreSQL's defaults replace a missing part. */
export interface Credentials {
  readonly parts: Parts;
  /** Session settings, such as `-c role=carthub_app`. */
  readonly options: string | undefined;
  /** `off`: an unencrypted connection. CA certificates in PEM form; undefined if none are named. */
  readonly tls: 'off' | { readonly caCertificates: readonly string[] | undefined };
}

/** Parts that are missing or given twice; no message contains the password. */
export function databaseProblems(env: Partial<Environment>, files: SecretFiles): string[] {
  const { DATABASE_URL: url, DATABASE_CREDENTIALS_DIR: directory } = env;
  if (url && directory) {
    return ['DATABASE_URL and DATABASE_CREDENTIALS_DIR are both set: keep one'];
  }
  if (url)
    return [...urlProblems(url), ...optionProblems(url)].map((text) => `DATABASE_URL ${text}`);
  const parts = { ...partsFromVariables(env), ...files.parts };
  const missing = REQUIRED_PARTS.filter((part) => !parts[part]);
  if (directory && missing.length > 0) {
    return [`DATABASE_CREDENTIALS_DIR (${directory}) tells no ${missing.join(', no ')}`];
  }
  if (missing.length === 3) {
    return ['DATABASE_URL or DATABASE_CREDENTIALS_DIR is required, or DATABASE_HOST and the like'];
  }
  const problems = missing.map((part) => `DATABASE_${part.toUpperCase()} is required`);
  if (parts.port && !isPort(parts.port)) problems.push('The port of the database is no number');
  return problems;
}

function optionProblems(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const options = new URL(url).searchParams.get('options') ?? undefined;
  return settingsOf(options)
    ? []
    : ['has options that are no settings: they must be such as `-c role=carthub_app`'];
}

export function toCredentials(env: Environment, files: SecretFiles): Credentials {
  const { parts, options, isEncrypted } = toConnectionParameters({
    url: env.DATABASE_URL === undefined ? undefined : new URL(env.DATABASE_URL),
    parts: { ...partsFromVariables(env), ...files.parts },
    tlsMode: env.DATABASE_TLS,
    caFile: env.DATABASE_CA_FILE,
  });
  const caCertificates = files.caCertificates ? [files.caCertificates] : undefined;
  return { parts, options, tls: isEncrypted ? { caCertificates } : 'off' };
}
