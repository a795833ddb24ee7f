import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, Failure } from './failure.ts';

type EnvironmentName = 'development' | 'staging' | 'production';

export interface Options {
  /** Such as `us-west-2`. */
  readonly region: string;
  /** @default - the AWS clients' own credential chain */
  readonly profile: string | undefined;
  /** The stack to deploy; its dependencies are deployed before it. */
  readonly stackName: string;
  readonly environment: EnvironmentName;
  readonly dryRun: boolean;
  readonly destroy: boolean;
  readonly yes: boolean;
  readonly confirm: string | undefined;
  /** Further inputs of infrastructure_cdk, as `name=value`. */
  readonly context: readonly string[];
  /** CSV file to fill a new shop with. @default - the catalog in the database's image */
  readonly catalog: string | undefined;
  /** Folder of an existing cloud assembly. @default - the script synthesizes one */
  readonly assembly: string | undefined;
}

export const USAGE = `usage: ./deploy-microservices-cicd.sh [options]

Deploys Carthub to an AWS account. After a failure, run it again: it resumes where it stopped.

  --region REGION         AWS region [us-west-2]
  --profile NAME          profile of the AWS credentials
--stack-name NAME       stack to deploy, with its dependencies [MicroservicesCicdStack]
  --environment NAME      development (or dev), staging, production [development]
  --context NAME=VALUE    input of infrastructure_cdk, such as hostName=shop.example.com; repeatable
--assembly DIRECTORY    existing cloud assembly for this account and region
--catalog FILE          CSV file to fill a new shop with [microservices/database/catalog/products.csv]
--dry-run               prints what would be done; only reads
--destroy               deletes what the script created
--yes                   skips the confirmation; to destroy production add --confirm production
--confirm NAME          the environment's name, instead of typing it
  --help

The inputs' variables (CARTHUB_COMPUTE=graviton, …) have the same effect; an option or --context overrides its variable.`;

const ENVIRONMENTS: Readonly<Record<string, EnvironmentName>> = {
  dev: 'development',
  development: 'development',
  staging: 'staging',
  production: 'production',
};
const RESERVED_INPUTS = ['region', 'environment', 'account'];

/** The inputs' variables that have an option here; the option wins, as context does in infrastructure_cdk. */
type Variables = Readonly<Record<string, string | undefined>>;

function invalidArguments(why: string): Failure {
  return new Failure('The arguments are invalid.', why, 'See --help.', EXIT.usage);
}

/** @returns undefined for --help; @throws Failure with exit code 2 */
export function parseOptions(args: readonly string[], variables: Variables): Options | undefined {
  const values = parseValues(args, variables);
  if (values.help) return undefined;
  const problems: string[] = [];
  const environment = ENVIRONMENTS[values.environment];
  if (!environment)
    problems.push(
      `--environment is "${values.environment}", but must be development, staging or production.`,
    );
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region))
    problems.push(`--region is "${values.region}", but must be like us-west-2.`);
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(values['stack-name']))
    problems.push(`--stack-name is "${values['stack-name']}", which CloudFormation rejects.`);
  for (const pair of values.context) {
    const name = /^([A-Za-z]+)=/.exec(pair)?.[1];
    if (!name) problems.push(`--context is "${pair}", but must be NAME=VALUE.`);
    else if (RESERVED_INPUTS.includes(name))
      problems.push(`--context sets ${name}, which has its own option or is detected.`);
  }
  const hasHost =
    values.assembly ||
    variables.CARTHUB_HOST_NAME ||
    values.context.find((pair) => pair.startsWith('hostName='));
  if (environment === 'production' && !values.destroy && !hasHost)
    problems.push(
      'Production needs --context hostName=…: without it there is no TLS and production builds fail.',
    );
  if (!environment || problems.length > 0) throw invalidArguments(problems.join('\n'));
  return {
    region: values.region,
    profile: values.profile,
    stackName: values['stack-name'],
    environment,
    dryRun: values['dry-run'],
    destroy: values.destroy,
    yes: values.yes,
    confirm: values.confirm,
    context: values.context,
    catalog: fromCaller(values.catalog, variables),
    assembly: fromCaller(values.assembly, variables),
  };
}

/** A path as the caller means it: the shell script changes the directory, and keeps the caller's in INIT_CWD. */
function fromCaller(path: string | undefined, { INIT_CWD: caller }: Variables): string | undefined {
  return path === undefined ? undefined : resolve(caller ?? '', path);
}

function parseValues(args: readonly string[], variables: Variables) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        region: { type: 'string', default: variables.CARTHUB_REGION ?? 'us-west-2' },
        profile: { type: 'string' },
        'stack-name': { type: 'string', default: 'MicroservicesCicdStack' },
        environment: { type: 'string', default: variables.CARTHUB_ENVIRONMENT ?? 'development' },
        context: { type: 'string', multiple: true, default: [] },
        assembly: { type: 'string' },
        catalog: { type: 'string' },
        confirm: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        destroy: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw invalidArguments(error instanceof Error ? error.message : String(error));
  }
}
