// Where the coordinates of the database and its credentials come from. This file reads only the
// environment; credentials.ts reads files and secrets, again whenever they may have changed.
//
// Terminology
//   part     one of host, port, database, username, password.
//   source   what tells the parts: a URL tells all of them; a directory of mounted files or a
//            secret tells some, and variables tell the rest.

import {
  isPort,
  type Parts,
  partsFromVariables,
  REQUIRED_PARTS,
  urlProblems,
} from '../database/connection-parameters.ts';
import { settingsOf } from '../database/session-settings.ts';
import type { Environment } from './environment.ts';

export interface DatabaseSource {
  readonly url: string | undefined;
  /** DATABASE_HOST and the like. */
  readonly variables: Parts;
  /** A directory with a file for each part, as the Secrets Store CSI driver mounts it. */
  readonly directory: string | undefined;
  /** Of a secret in AWS Secrets Manager, in the form that RDS keeps: a JSON object. */
  readonly secretArn: string | undefined;
  readonly tls: TlsOptions;
}

interface TlsOptions {
  /** undefined: verified, unless the server is on this machine or the URL says otherwise. */
  readonly mode: 'verify-full' | 'off' | undefined;
  /** A file of CA certificates. @default the URL's `sslrootcert`, else those of Amazon RDS and Node.js */
  readonly caFile: string | undefined;
}

const EXAMPLE = 'postgres://USER:PASSWORD@HOST:5432/DATABASE';

export function readDatabaseSource(
  environment: Environment,
  urlOption: string | undefined,
  problems: string[],
): DatabaseSource {
  const given = (name: string) => environment[name]?.trim() || undefined;
  const url = urlOption?.trim() ?? given('DATABASE_URL');
  const directory = urlOption === undefined ? given('DATABASE_CREDENTIALS_DIR') : undefined;
  const secretArn = urlOption === undefined ? given('DATABASE_SECRET_ARN') : undefined;
  const variables = partsFromVariables(environment);

  const named = Object.entries({
    DATABASE_URL: url,
    DATABASE_CREDENTIALS_DIR: directory,
    DATABASE_SECRET_ARN: secretArn,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (named.length > 1) {
    problems.push(`${named.join(' and ')} are set: keep the one that holds the credentials.`);
  } else if (url !== undefined) {
    problems.push(...checkUrl(url));
  } else if (named.length === 0) {
    problems.push(...checkVariables(variables));
  }
  problems.push(...checkPort(variables));
  return { url, variables, directory, secretArn, tls: readTls(given, problems) };
}

function checkVariables(variables: Parts): string[] {
  if (Object.keys(variables).length === 0) {
    return [
      `No database is named: set DATABASE_URL or --database-url to ${EXAMPLE}, ` +
        'or see --help for the other ways.',
    ];
  }
  const missing = REQUIRED_PARTS.filter((part) => variables[part] === undefined);
  return missing.map((part) => `DATABASE_${part.toUpperCase()} is missing.`);
}

function checkPort({ port }: Parts): string[] {
  if (port === undefined || isPort(port)) return [];
  return [
    `DATABASE_PORT is ${JSON.stringify(port.slice(0, 40))}: give a whole number from 1 to 65535.`,
  ];
}

/** Never repeats the URL: it holds a password. */
function checkUrl(url: string): string[] {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    return [`The database URL does not begin with postgres://: it must look like ${EXAMPLE}.`];
  }
  const problems = urlProblems(url).map((problem) => `The database URL ${problem}.`);
  if (problems.length > 0) return problems;
  const { pathname, searchParams } = new URL(url);
  if (pathname.length < 2) {
    return [`The database URL names no database: it must look like ${EXAMPLE}.`];
  }
  if (settingsOf(searchParams.get('options') ?? undefined) === undefined) {
    return ['The options in the database URL must be settings, such as "-c work_mem=64MB".'];
  }
  return [];
}

function readTls(given: (name: string) => string | undefined, problems: string[]): TlsOptions {
  const mode = given('DATABASE_TLS');
  const caFile = given('DATABASE_CA_FILE');
  if (mode === undefined || mode === 'verify-full' || mode === 'off') return { mode, caFile };
  problems.push(`DATABASE_TLS is ${JSON.stringify(mode.slice(0, 40))}: give verify-full or off.`);
  return { mode: undefined, caFile };
}
