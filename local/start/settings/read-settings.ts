import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHost, withoutBrackets } from '../host.ts';
import { readPictureHosts } from '../web/content-security-policy.ts';
import { databaseUrlProblems, strayDatabaseSettings } from './database-settings.ts';
import { unknownVariables, withoutServiceLinks } from './unknown-variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const OWN = [
  'HOST',
  'PORT',
  'BACKEND_PORT',
  'DATABASE_URL',
  'BACKEND_DATABASE_URL',
  'CARTHUB_STATE_DIR',
  'PICTURE_HOSTS',
];

const GUESSES = [[/^(FRONTEND|SHOP|STOREFRONT|WEB)_PORT$/, 'PORT'] as const];

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

/** A value that has a problem is replaced by its default, so that all others can be checked. */
export interface ReadSettings {
  readonly settings: Settings;
  /** A sentence for each, which begins with the name of the variable. */
  readonly problems: readonly string[];
}

/** An empty or blank value counts as absent. */
export function readSettings(variables: Environment): ReadSettings {
  const env = withoutServiceLinks(variables);
  const given = (name: string) => env[name]?.trim() || undefined;
  const problems: string[] = [];
  const readPort = (name: string, fallback: number): number => {
    const text = given(name) ?? String(fallback);
    const isPort = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
    if (!isPort) problems.push(`${name} is ${shown(text)}: give a port from 1 to 65535.`);
    return isPort ? Number(text) : fallback;
  };
  const readHost = (fallback: string): string => {
    const host = withoutBrackets(given('HOST') ?? fallback);
    if (isHost(host)) return host;
    problems.push(`HOST is ${shown(host)}: give an address such as 0.0.0.0 or ::.`);
    return fallback;
  };
  const readDatabaseUrl = (name: string): string | undefined => {
    const url = given(name);
    const wrong = url === undefined ? [] : databaseUrlProblems(url);
    problems.push(...wrong.map((problem) => `${name} ${problem}.`));
    return wrong.length === 0 ? url : undefined;
  };
  const port = readPort('PORT', 8080);
  const backendPort = readPort('BACKEND_PORT', 8000);
  if (port === backendPort && problems.length === 0) {
    problems.push(
      `PORT and BACKEND_PORT are both ${port}: give storefront and backend different ports.`,
    );
  }
  const host = readHost('127.0.0.1');
  const databaseUrl = readDatabaseUrl('DATABASE_URL');
  const backendDatabaseUrl = readDatabaseUrl('BACKEND_DATABASE_URL') ?? databaseUrl;
  problems.push(...strayDatabaseSettings(given));
  const pictureHosts = readPictureHosts(env.PICTURE_HOSTS, problems);
  problems.push(...unknownVariables(variables, [...OWN, ...settingsOfServices()], [], GUESSES));
  const settings = { host, port, backendPort, databaseUrl, backendDatabaseUrl, pictureHosts };
  return { settings, problems };
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 40));

/** The backend and the database service get the caller's environment too. */
const settingsOfServices = (): string[] =>
  ['backend', 'database'].flatMap((service) => {
    const file = join(import.meta.dirname, `../../../microservices/${service}/env.schema.json`);
    return Object.keys(JSON.parse(readFileSync(file, 'utf8')).properties);
  });
