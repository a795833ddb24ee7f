/**
 * Terminology
 * - environment: `development` (may be thrown away) or `production` (must survive a mistake).
 *   Each has an AWS account, or at least a region, of its own: the names of stacks and
 *   repositories are the same in both.
 * - input: one value the operator sets, by CDK context (`-c region=…`) or else by variable.
 */
const ENVIRONMENT_NAMES = ['development', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

export interface CarthubConfig {
  readonly environmentName: EnvironmentName;
  /** AWS region, such as `us-west-2`. */
  readonly region: string;
  /**
   * Twelve digits.
   * @default - the account of whoever deploys; the templates then name no account
   */
  readonly account?: string;
}

export const INPUTS = {
  environment: {
    variable: 'CARTHUB_ENVIRONMENT',
    fallback: 'development',
    meaning: '`development` or `production`',
  },
  region: {
    variable: 'CARTHUB_REGION',
    fallback: 'us-west-2',
    meaning: 'AWS region to deploy to',
  },
  account: {
    variable: 'CARTHUB_ACCOUNT',
    fallback: undefined,
    meaning: 'AWS account id, twelve digits; left out: the account of whoever deploys',
  },
} as const;

type InputName = keyof typeof INPUTS;
/** Not yet checked: a context value can be any JSON value. */
export type RawInputs = Readonly<Record<InputName, unknown>>;

export type ParsedConfig =
  | { readonly ok: true; readonly config: CarthubConfig }
  | { readonly ok: false; readonly problems: readonly string[] };

const isEnvironmentName = (value: unknown): value is EnvironmentName =>
  ENVIRONMENT_NAMES.some((name) => name === value);
const isRegion = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z]{2}(-[a-z]+)+-\d$/.test(value);
const isOptionalAccount = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && /^\d{12}$/.test(value));

function problem(name: InputName, value: unknown): string {
  const { variable, meaning } = INPUTS[name];
  return `${name} is ${JSON.stringify(value)}, but must be: ${meaning}. Set it with -c ${name}=… or ${variable}=….`;
}

/** Checks every input and reports all problems at once. */
export function parseConfig(inputs: RawInputs): ParsedConfig {
  const {
    environment = INPUTS.environment.fallback,
    region = INPUTS.region.fallback,
    account,
  } = inputs;

  if (isEnvironmentName(environment) && isRegion(region) && isOptionalAccount(account)) {
    const config = { environmentName: environment, region };
    return { ok: true, config: account === undefined ? config : { ...config, account } };
  }
  return {
    ok: false,
    problems: [
      ...(isEnvironmentName(environment) ? [] : [problem('environment', environment)]),
      ...(isRegion(region) ? [] : [problem('region', region)]),
      ...(isOptionalAccount(account) ? [] : [problem('account', account)]),
    ],
  };
}
