import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../run/user-error.mjs';
import { urlProblems } from './connection-parameters.ts';
import { isHost, withoutBrackets } from './host.ts';
import { unknownVariables, withoutServiceLinks } from './unknown-variables.ts';
import { readPictureHosts } from './web/content-security-policy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const OWN = [
  'HOST',
  'PORT',
  'BACKEND_PORT',
  'DATABASE_URL',
  'BACKEND_DATABASE_URL',
  'CARTHUB_STATE_DIR',
  'PICTURE_HOSTS',
];

/** The environment variables of `npm start`. */
export interface Settings {
  readonly host: string;
  /** The storefront's. */
  readonly port: number;
  readonly backendPort: number;
  /** Connects as the database's owner. Replaces the embedded server. */
  readonly databaseUrl: string | undefined;
  /** Connects to the same database with the backend's role. @default databaseUrl */
  readonly backendDatabaseUrl: string | undefined;
  readonly pictureHosts: readonly string[];
}

/** An empty or blank value counts as absent. @throws UserError with every problem */
export function readSettings(variables: Environment): Settings {
  const env = withoutServiceLinks(variables);
  const given = (name: string) => env[name]?.trim() || undefined;
  const problems: string[] = [];
  const readPort = (name: string, fallback: number): number => {
    const text = given(name) ?? String(fallback);
    const isPort = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
    if (!isPort) problems.push(`${name} is ${shown(text)}: give a port from 1 to 65535.`);
    return Number(text);
  };
  const port = readPort('PORT', 8080);
  const backendPort = readPort('BACKEND_PORT', 8000);
  if (port === backendPort) {
    problems.push(
      `PORT and BACKEND_PORT are both ${port}: give storefront and backend different ports.`,
    );
  }
  const host = withoutBrackets(given('HOST') ?? '127.0.0.1');
  if (!isHost(host))
    problems.push(`HOST is ${shown(host)}: give an address such as 0.0.0.0 or ::.`);
  const databaseUrl = given('DATABASE_URL');
  const backendDatabaseUrl = given('BACKEND_DATABASE_URL') ?? databaseUrl;
  for (const name of ['DATABASE_URL', 'BACKEND_DATABASE_URL'])
    problems.push(...databaseProblems(given(name)).map((problem) => `${name} ${problem}.`));
  const pictureHosts = readPictureHosts(env.PICTURE_HOSTS, problems);
  problems.push(...unknownVariables(variables, [...OWN, ...settingsOfServices()]));
  if (problems.length > 0) {
    throw new UserError(
      `The settings are not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
  }
  return { host, port, backendPort, databaseUrl, backendDatabaseUrl, pictureHosts };
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 40));

function databaseProblems(text: string | undefined): string[] {
  if (text === undefined) return [];
  if (!/^postgres(ql)?:\/\//.test(text))
    return ['cannot be read: it must look like postgres://USER:PASSWORD@HOST:5432/DATABASE'];
  const problems = urlProblems(text);
  if (problems.length > 0 || new URL(text).pathname.length > 1) return problems;
  return ['names no database: it must end with /DATABASE'];
}

/** The backend and the database service get the caller's environment too. */
const settingsOfServices = (): string[] =>
  ['backend', 'database'].flatMap((service) => {
    const file = join(import.meta.dirname, `../../microservices/${service}/env.schema.json`);
    return Object.keys(JSON.parse(readFileSync(file, 'utf8')).properties);
  });
