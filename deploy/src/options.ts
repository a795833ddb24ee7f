import { parseArgs } from 'node:util';
import { EXIT, Failure } from './failure.ts';

type EnvironmentName = 'development' | 'production';

export interface Options {
  /** Such as `us-west-2`. */
  readonly region: string;
  /** @default - the credentials that AWS's own clients find */
  readonly profile: string | undefined;
  /** The entry of the CDK app; the stacks before it are what it depends on. */
  readonly stackName: string;
  readonly environment: EnvironmentName;
  readonly dryRun: boolean;
  readonly destroy: boolean;
  readonly yes: boolean;
  readonly confirm: string | undefined;
  /** Further inputs of infrastructure_cdk, as `name=value`. */
  readonly context: readonly string[];
  /** A cloud assembly that is synthesized already. @default - synthesized anew */
  readonly assembly: string | undefined;
}

export const USAGE = `usage: ./deploy-microservices-cicd.sh [options]

Makes Carthub run in an AWS account. Run it again after a failure: it goes on where it stopped.

  --region REGION         AWS region [us-west-2]
  --profile NAME          profile of the AWS credentials
  --stack-name NAME       entry of the CDK app [MicroservicesCicdStack]
  --environment NAME      development (or dev), production [development]
  --context NAME=VALUE    input of infrastructure_cdk, such as hostName=shop.example.com; repeatable
  --assembly DIRECTORY    a cloud assembly synthesized before, for this account and region
  --dry-run               says what would be done; only reads
  --destroy               deletes what was made
  --yes                   asks nothing; to destroy production, --confirm production as well
  --confirm NAME          the environment's name, in place of typing it
  --help`;

const ENVIRONMENTS: Readonly<Record<string, EnvironmentName>> = {
  dev: 'development',
  development: 'development',
  production: 'production',
};
const OWN = ['region', 'environment', 'account'];

function wrong(why: string): Failure {
  return new Failure('The arguments are not understood.', why, 'See --help.', EXIT.usage);
}

/** @throws Failure with exit code 2; @returns undefined if help is asked for */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = read(args);
  if (values.help) return undefined;
  const problems: string[] = [];
  const environment = ENVIRONMENTS[values.environment];
  if (!environment)
    problems.push(
      `--environment is "${values.environment}", but must be development or production.`,
    );
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region))
    problems.push(`--region is "${values.region}", but must be like us-west-2.`);
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(values['stack-name']))
    problems.push(`--stack-name is "${values['stack-name']}", which CloudFormation refuses.`);
  for (const pair of values.context) {
    const name = /^([A-Za-z]+)=/.exec(pair)?.[1];
    if (!name) problems.push(`--context is "${pair}", but must be NAME=VALUE.`);
    else if (OWN.includes(name))
      problems.push(`--context sets ${name}, which has an option or is found out.`);
  }
  const hasHost = values.assembly ?? values.context.find((pair) => pair.startsWith('hostName='));
  if (environment === 'production' && !values.destroy && !hasHost)
    problems.push(
      'Production needs --context hostName=…: without one there is no TLS, and its builds stop.',
    );
  if (!environment || problems.length > 0) throw wrong(problems.join('\n'));
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
    assembly: values.assembly,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        region: { type: 'string', default: 'us-west-2' },
        profile: { type: 'string' },
        'stack-name': { type: 'string', default: 'MicroservicesCicdStack' },
        environment: { type: 'string', default: 'development' },
        context: { type: 'string', multiple: true, default: [] },
        assembly: { type: 'string' },
        confirm: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        destroy: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}
