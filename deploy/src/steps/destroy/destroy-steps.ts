import { expectSameEnvironment } from '../../aws/environment-tag.ts';
import { deleteLogGroup } from '../../aws/log-groups.ts';
import { stackOf } from '../../aws/stacks.ts';
import { costOf } from '../../commands/cost.ts';
import { confirm } from '../../confirm.ts';
import { type Context, required } from '../../context.ts';
import { EXIT, Failure, reasonOf } from '../../failure.ts';
import { nameOf } from '../../templates/names.ts';
import { account } from '../checks/account.ts';
import { synthesis } from '../checks/plan.ts';
import { tools } from '../checks/tools.ts';
import type { Step } from '../step.ts';
import { copiesElsewhere } from './copies.ts';
import { loadBalancer } from './load-balancer.ts';
import { databaseBackups, logGroups, taggedResources } from './remaining-resources.ts';
import { stacks } from './stacks.ts';

/** Resource types that cost something each month even if unused. */
const BILLABLE =
  /^AWS::(EC2::(NatGateway|EIP)|RDS::DBInstance|EKS::Cluster|KMS::Key|S3::Bucket|SecretsManager::Secret|ECR::Repository|CodeCommit::Repository|Cognito::UserPool|Logs::LogGroup|WAFv2::WebACL)$/;

interface RetainedResource {
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  readonly policy: string;
  readonly name: string | undefined;
}

/** Billable resources that the templates retain when their stacks are deleted. */
function retainedResources(context: Context): readonly RetainedResource[] {
  const account = required(context.account, 'account');
  return required(context.assembly, 'assembly').stacks.flatMap(({ name: stack, template }) =>
    Object.entries(template.Resources).flatMap(([id, resource]) => {
      const { Type: type, DeletionPolicy: policy, Properties = {} } = resource;
      const isKept = policy !== undefined && policy !== 'Delete' && BILLABLE.test(type);
      const { UserPoolName: pool } = Properties;
      const name = typeof pool === 'string' ? pool : nameOf(type, Properties, account);
      return isKept ? [{ stack, id, type, policy, name }] : [];
    }),
  );
}

/** A retained database leaves a snapshot, billed by size and not by the hour. */
async function logRetainedResources(context: Context): Promise<void> {
  const retained = retainedResources(context);
  for (const { stack, id, type, policy, name } of retained)
    context.log(`stays: ${stack}: ${type} ${id} (${policy})${name ? `: ${name}` : ''}`);
  for (const copies of await copiesElsewhere(context)) context.log(`stays: ${copies}`);
  context.log('stays: CDKToolkit (from cdk bootstrap; other apps may use it)');
  if (retained.length === 0) return;
  const isRetained = (line: { stack: string; resource: string }) =>
    retained.some(
      ({ stack, id, policy }) =>
        stack === line.stack && id === line.resource && policy !== 'Snapshot',
    );
  const cost = await costOf(context).catch((error) => reasonOf(error));
  if (typeof cost === 'string') context.log(`cost of what stays: unknown (${cost})`);
  else {
    const usd = cost.lines.reduce((sum, line) => sum + (isRetained(line) ? line.usd : 0), 0);
    context.log(
      `cost of what stays: about $${usd.toFixed(2)} a month, plus the snapshot by its size`,
    );
  }
}

const plan: Step = {
  title: 'Plan',
  isReadOnly: true,
  async run(context) {
    const { environment, yes, dryRun, confirm: confirmedName } = context.options;
    const planned = required(context.assembly, 'assembly').stacks;
    await expectSameEnvironment(context);
    for (const { name } of [...planned].reverse())
      context.log(`deletes: ${name}${(await stackOf(context, name)) ? '' : ' (does not exist)'}`);
    context.log('deletes: the load balancer of the cluster');
    if (planned.some(({ isProtected }) => isProtected))
      context.log(
        'lifts: termination protection of each stack just before its deletion, and the deletion protection of the load balancer and of the database, which leaves a final snapshot',
      );
    await logRetainedResources(context);
    if (dryRun) return;
    if (environment === 'production' && yes && confirmedName !== 'production')
      throw new Failure(
        'Production is not destroyed with only --yes.',
        '--confirm production is missing.',
        'Add it to destroy production.',
        EXIT.usage,
      );
    if (!yes) await confirm(context, `Destroy ${environment} in ${context.account}?`, environment);
  },
};

const remainder: Step = {
  title: 'Remaining resources',
  isReadOnly: false,
  async run(context) {
    const isProduction = context.options.environment === 'production';
    const groups = await logGroups(context);
    if (!isProduction) for (const name of groups) await deleteLogGroup(context, name);
    for (const name of groups)
      context.log(`${isProduction ? 'kept' : 'deleted'}: log group ${name}`);
    for (const { template } of required(context.assembly, 'assembly').stacks)
      for (const backup of await databaseBackups(context, template)) context.log(`kept: ${backup}`);
    const arns = await taggedResources(context);
    for (const arn of arns) context.log(`${isProduction ? 'kept' : 'still exists'}: ${arn}`);
    if (arns.length === 0) context.log('no resource is tagged application=carthub');
    // Keys are deleted after at least seven days, and cost nothing until then.
    const billable = arns.filter((arn) => !/:(kms|codebuild|events|sns):/.test(arn));
    if (!isProduction && billable.length > 0)
      throw new Failure(
        'Some resources remain that may cost money.',
        billable.join('\n'),
        'Run again in some minutes, because AWS lists tags for a while after a deletion. If a resource still exists, delete it by hand.',
      );
  },
};

/** The steps from a running shop to an account without billable resources. */
export const destroySteps: readonly Step[] = [
  tools,
  account,
  synthesis,
  plan,
  loadBalancer,
  stacks,
  remainder,
];
