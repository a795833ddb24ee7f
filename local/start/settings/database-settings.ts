// Which database `npm start` uses: the one of DATABASE_URL, or the embedded server. Its services also know other
// ways to name a database, which would be ignored here.

import { settingsOf } from '../../../microservices/database/src/database/session-settings.ts';
import { PARTS, urlProblems } from './connection-parameters.ts';

const EXAMPLE = 'postgres://USER:PASSWORD@HOST:5432/DATABASE';

/** The services read these where there is no URL. */
export const REPLACED_BY_URL: readonly string[] = [
  'DATABASE_CREDENTIALS_DIR',
  'DATABASE_SECRET_ARN',
  ...PARTS.map((part) => `DATABASE_${part.toUpperCase()}`),
];

/** About a server that is not the embedded one. */
const BESIDE_URL = ['BACKEND_DATABASE_URL', 'DATABASE_CA_FILE', 'APP_CREDENTIALS_DIR'];

/** For sentences that begin with the variable's name. Never repeats the URL. */
export function databaseUrlProblems(text: string): string[] {
  if (!/^postgres(ql)?:\/\//.test(text)) return [`cannot be read: it must look like ${EXAMPLE}`];
  const problems = urlProblems(text);
  if (problems.length > 0) return problems;
  const { pathname, searchParams } = new URL(text);
  if (pathname.length < 2) problems.push('names no database: it must end with /DATABASE');
  if (settingsOf(searchParams.get('options') ?? undefined) === undefined)
    problems.push('has options that are no settings: they must be such as `-c role=carthub_app`');
  return problems;
}

/** A sentence for each variable that would be ignored. */
export function strayDatabaseSettings(given: (name: string) => string | undefined): string[] {
  const replaced = REPLACED_BY_URL.filter((name) => given(name) !== undefined).map(
    (name) =>
      `${name} is not used by npm start: give the database in DATABASE_URL, such as ${EXAMPLE}, and unset ${name}.`,
  );
  if (given('DATABASE_URL') !== undefined) return replaced;
  const beside = BESIDE_URL.filter((name) => given(name) !== undefined);
  if (given('DATABASE_TLS') === 'verify-full') beside.push('DATABASE_TLS');
  const lonely = beside.map(
    (name) =>
      `${name} is set without DATABASE_URL, so that it would not be used: set DATABASE_URL too, or unset ${name}.`,
  );
  return [...replaced, ...lonely];
}
