import { Value } from 'typebox/value';
import { corsOriginProblems } from './cors-origins.ts';
import { databaseProblems } from './credentials.ts';
import { currencyProblem, decimalsOf } from './currencies.ts';
import { type Environment, EnvironmentSchema, MIN_SECRET_LENGTH, SECRET_PATTERN } from './env.ts';
import { NO_FILES, type SecretFiles } from './secret-files.ts';
import { isHost, isProxyRange, problemWith, schemaProblems } from './setting-problems.ts';
import { mailProblems } from './settings/mail-problems.ts';
import { paymentProblems } from './settings/payment-problems.ts';
import { webhookProblems } from './settings/webhook-problems.ts';
import { unknownVariables, withoutServiceLinks } from './unknown-variables.ts';

/** Lists every wrong variable at once, so that one look is enough to fix them all. */
export class EnvironmentError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'EnvironmentError';
    this.problems = problems;
  }
}

/** Old names, accepted for one release, and what they are called now. */
const RENAMED: Readonly<Record<string, string>> = {
  MOST_REQUESTS_AT_ONCE: 'MAX_CONCURRENT_REQUESTS',
};

/** Names of Stripe’s own examples. */
const GUESSES = [[/^STRIPE_(API_KEY|KEY|SECRET)$/, 'STRIPE_SECRET_KEY']] as const;

type Variables = Readonly<Record<string, string | undefined>>;

/** A warning for each variable that is set under its old name. */
export const renamedVariables = (variables: Variables): string[] =>
  Object.entries(RENAMED)
    .filter(([old]) => variables[old])
    .map(([old, current]) => `${old} is now called ${current}; the next release ignores ${old}.`);

const underCurrentNames = (variables: Variables): Variables => ({
  ...Object.fromEntries(Object.entries(RENAMED).map(([old, current]) => [current, variables[old]])),
  ...Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim())),
});

/** A password may begin or end with a space; a line end comes from the file of the variables. */
const UNTRIMMED = new Set([
  'DATABASE_PASSWORD',
  'GUEST_TOKEN_SECRET',
  'ORDER_LINK_SECRET',
  'WEBHOOK_SECRET',
]);

const SETTINGS = Object.keys(EnvironmentSchema.properties);

/**
 * Reads the service's own variables, with defaults; an empty or blank value counts as absent.
 * `files` are those that variables name, as they were read.
 */
export function readEnvironment(given: Variables, files: SecretFiles = NO_FILES): Environment {
  const variables = underCurrentNames(withoutServiceLinks(given));
  const present = Object.fromEntries(
    SETTINGS.flatMap((name) => presentValue(name, variables[name])),
  );
  const environment = Value.Default(EnvironmentSchema, present) as Partial<Environment>;
  const problems = [
    ...schemaProblems(environment),
    ...files.problems,
    // These also see values that the schema has refused, and skip them.
    ...valueProblems(environment),
    ...relationProblems(environment, files),
    ...unknownVariables(given, SETTINGS, Object.keys(RENAMED), GUESSES),
  ];
  if (problems.length > 0) throw new EnvironmentError(problems);
  return Value.Parse(EnvironmentSchema, environment);
}

/** Integers are converted here: Value.Convert also takes `true` and `1e3` for numbers. */
function presentValue(name: string, value: string | undefined): [string, string | number][] {
  if (!value) return [];
  const text = UNTRIMMED.has(name) ? value.replaceAll(/\r$/gm, '') : value.trim();
  const { type } = Object(Object(EnvironmentSchema.properties)[name]);
  return [[name, type === 'integer' && /^\d{1,15}$/.test(text) ? Number(text) : text]];
}

/** Rules for one value that a schema cannot express. */
function valueProblems(environment: Partial<Environment>): string[] {
  const { HOST = '', CURRENCY = '', OIDC_ISSUER, TRUST_PROXY = '' } = environment;
  const problems: string[] = [];
  if (!isHost(HOST)) {
    problems.push(problemWith('HOST', HOST, 'an address such as 0.0.0.0 or ::, or a host name'));
  }
  if (OIDC_ISSUER && /^https?:/.test(OIDC_ISSUER) && !URL.canParse(OIDC_ISSUER)) {
    problems.push(problemWith('OIDC_ISSUER', OIDC_ISSUER, 'an address such as https://id.example'));
  }
  const strangers = TRUST_PROXY.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !isProxyRange(part));
  if (strangers.length > 0) {
    const expected =
      'the addresses or ranges of your proxies, separated by commas, such as 10.0.0.0/8';
    problems.push(problemWith('TRUST_PROXY', TRUST_PROXY, expected));
  }
  const unsupported = /^[A-Z]{3}$/.test(CURRENCY) && currencyProblem(CURRENCY);
  return unsupported ? [...problems, unsupported] : problems;
}

const isSecret = (text: string): boolean => new RegExp(SECRET_PATTERN).test(text);

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
  problems.push(
    ...keyProblems(environment, 'GUEST_TOKEN_SECRET', files.guestTokenSecret),
    ...keyProblems(environment, 'ORDER_LINK_SECRET', files.orderLinkSecret),
  );
  problems.push(...corsOriginProblems(environment.CORS_ORIGINS ?? ''));
  if (OIDC_ISSUER && !OIDC_AUDIENCE) problems.push('OIDC_AUDIENCE is required with OIDC_ISSUER');
  return [
    ...problems,
    ...fractionProblems(environment),
    ...paymentProblems(environment, files),
    ...webhookProblems(environment, files),
    ...mailProblems(environment, files),
  ];
}

/** A key by its value and by a file, and what the file holds. */
function keyProblems(
  environment: Partial<Environment>,
  name: 'GUEST_TOKEN_SECRET' | 'ORDER_LINK_SECRET',
  content: string | undefined,
): string[] {
  const file = `${name}_FILE` as const;
  const problems: string[] = [];
  if (environment[name] && environment[file])
    problems.push(`${name} and ${file} are both set: keep one`);
  if (content !== undefined && !isSecret(content))
    problems.push(`${file} holds fewer than ${MIN_SECRET_LENGTH} characters in a line`);
  return problems;
}

/** Amounts with decimals in a currency that has none. */
function fractionProblems(environment: Partial<Environment>): string[] {
  const { CURRENCY = '' } = environment;
  if (decimalsOf(CURRENCY) !== 0) return [];
  return (['SHIPPING_FLAT', 'SHIPPING_FREE_FROM'] as const).flatMap((name) => {
    const amount = environment[name] ?? '';
    const isFraction = /^\d+\.\d*[1-9]/.test(amount);
    return isFraction ? [problemWith(name, amount, `a whole amount of ${CURRENCY}`)] : [];
  });
}
