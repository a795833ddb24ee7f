import { Value } from 'typebox/value';
import { databaseProblems } from './credentials.ts';
import { type Environment, EnvironmentSchema, MIN_SECRET_LENGTH } from './env.ts';
import { NO_FILES, type SecretFiles } from './secret-files.ts';

/** Lists every wrong variable at once, so that one look is enough to fix them all. */
export class EnvironmentError extends Error {
  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'EnvironmentError';
  }
}

/** Old names, accepted for one release, and what they are called now. */
const RENAMED: Readonly<Record<string, string>> = {
  MOST_REQUESTS_AT_ONCE: 'MAX_CONCURRENT_REQUESTS',
};

type Variables = Readonly<Record<string, string | undefined>>;

/** A warning for each variable that is set under its old name. */
export const renamedVariables = (variables: Variables): string[] =>
  Object.entries(RENAMED)
    .filter(([old]) => variables[old])
    .map(([old, current]) => `${old} is now called ${current}; the next release ignores ${old}.`);

const underCurrentNames = (variables: Variables): Variables => ({
  ...Object.fromEntries(Object.entries(RENAMED).map(([old, current]) => [current, variables[old]])),
  ...Object.fromEntries(Object.entries(variables).filter(([, value]) => value)),
});

/**
 * Reads the service's own variables, with defaults; an empty value counts as absent.
 * `files` are those that variables name, as they were read.
 */
export function readEnvironment(given: Variables, files: SecretFiles = NO_FILES): Environment {
  const variables = underCurrentNames(given);
  const known = Object.keys(EnvironmentSchema.properties);
  const present = Object.fromEntries(
    known.flatMap((name) => (variables[name] ? [[name, variables[name]]] : [])),
  );
  const environment = Value.Convert(EnvironmentSchema, Value.Default(EnvironmentSchema, present));
  const problems = [
    ...schemaProblems(environment),
    ...files.problems,
    // What the schema refuses is among the problems already; the rest of it can be looked at.
    ...relationProblems(environment as Partial<Environment>, files),
  ];
  if (problems.length > 0) throw new EnvironmentError(problems);
  return Value.Parse(EnvironmentSchema, environment);
}

const schemaProblems = (environment: unknown): string[] =>
  Value.Errors(EnvironmentSchema, environment).map(
    ({ instancePath, message }) => `${instancePath.slice(1)} ${message}`,
  );

/** What variables and files must be together. */
function relationProblems(environment: Partial<Environment>, files: SecretFiles): string[] {
  const { CARTHUB_AUTH, OIDC_ISSUER, OIDC_AUDIENCE } = environment;
  const { GUEST_TOKEN_SECRET: secret, GUEST_TOKEN_SECRET_FILE: file } = environment;
  const problems = databaseProblems(environment, files);
  if (CARTHUB_AUTH !== 'off' && !secret && !file) {
    problems.push(
      'GUEST_TOKEN_SECRET or GUEST_TOKEN_SECRET_FILE is required unless CARTHUB_AUTH=off ' +
        '(openssl rand -hex 32)',
    );
  }
  if (secret && file) problems.push('GUEST_TOKEN_SECRET and GUEST_TOKEN_SECRET_FILE are both set');
  if (files.guestTokenSecret !== undefined && files.guestTokenSecret.length < MIN_SECRET_LENGTH) {
    problems.push(`GUEST_TOKEN_SECRET_FILE holds fewer than ${MIN_SECRET_LENGTH} characters`);
  }
  if (OIDC_ISSUER && !OIDC_AUDIENCE) problems.push('OIDC_AUDIENCE is required with OIDC_ISSUER');
  return problems;
}
