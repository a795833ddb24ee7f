import { expectSameEnvironment } from '../../aws/environment-tag.ts';
import { stackOf } from '../../aws/stacks.ts';
import { costOf } from '../../commands/cost.ts';
import { ask } from '../../confirm.ts';
import { type Context, known } from '../../context.ts';
import { EXIT, Failure, reasonOf } from '../../failure.ts';
import { account } from '../checks/account.ts';
import { synthesis } from '../checks/plan.ts';
import { tools } from '../checks/tools.ts';
import type { Step } from '../step.ts';
import { loadBalancer } from './load-balancer.ts';
import { deleteLogGroups, logGroups, tagged } from './remaining-resources.ts';
import { stacks } from './stacks.ts';

/** Types of AWS that cost something each month although nobody uses them. */
const BILLABLE =
  /^AWS::(EC2::(NatGateway|EIP)|RDS::DBInstance|EKS::Cluster|KMS::Key|S3::Bucket|SecretsManager::Secret|ECR::Repository|CodeCommit::Repository|Logs::LogGroup|WAFv2::WebACL)$/;

interface Kept {
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  readonly policy: string;
}

/** What the templates keep when their stacks are deleted. */
function keptOf(context: Context): readonly Kept[] {
  return known(context.assembly, 'assembly').stacks.flatMap(({ name: stack, template }) =>
    Object.entries(template.Resources).flatMap(([id, { Type: type, DeletionPolicy: policy }]) =>
      policy !== undefined && policy !== 'Delete' && BILLABLE.test(type)
        ? [{ stack, id, type, policy }]
        : [],
    ),
  );
}

/** Of a database a snapshot stays, which is paid by what is in it and not by the hour. */
async function sayWhatStays(context: Context): Promise<void> {
  const kept = keptOf(context);
  for (const { stack, id, type, policy } of kept)
    context.say(`stays: ${stack}: ${type} ${id} (${policy})`);
  context.say('stays: CDKToolkit (cdk bootstrap made it; other apps may use it)');
  if (kept.length === 0) return;
  const isKept = (line: { stack: string; resource: string }) =>
    kept.some(
      ({ stack, id, policy }) =>
        stack === line.stack && id === line.resource && policy !== 'Snapshot',
    );
  const cost = await costOf(context).catch((error) => reasonOf(error));
  if (typeof cost === 'string') context.say(`what stays costs an unknown amount: ${cost}`);
  else {
    const usd = cost.lines.reduce((sum, line) => sum + (isKept(line) ? line.usd : 0), 0);
    context.say(`what stays costs about $${usd.toFixed(2)} a month, and the snapshot by its size`);
  }
}

const plan: Step = {
  title: 'What goes and what stays',
  reads: true,
  async run(context) {
    const { environment, yes, dryRun, confirm } = context.options;
    const planned = known(context.assembly, 'assembly').stacks;
    await expectSameEnvironment(context);
    for (const { name } of [...planned].reverse())
      context.say(`goes: ${name}${(await stackOf(context, name)) ? '' : ' (not there)'}`);
    context.say('goes: the load balancer of the cluster');
    await sayWhatStays(context);
    if (dryRun) return;
    if (environment === 'production' && yes && confirm !== 'production')
      throw new Failure(
        'Production is not destroyed by --yes alone.',
        '--confirm production is not given.',
        'Add it, if that is what you want.',
        EXIT.usage,
      );
    if (!yes) await ask(context, `Destroy ${environment} in ${context.account}?`, environment);
  },
};

const rest: Step = {
  title: 'What is left',
  reads: false,
  async run(context) {
    const isProduction = context.options.environment === 'production';
    const groups = await logGroups(context);
    if (!isProduction) await deleteLogGroups(context, groups);
    for (const name of groups)
      context.say(`${isProduction ? 'kept' : 'deleted'}: log group ${name}`);
    const arns = await tagged(context);
    for (const arn of arns) context.say(`${isProduction ? 'kept' : 'still there'}: ${arn}`);
    if (arns.length === 0) context.say('nothing is tagged application=carthub');
    // Keys wait seven days or more before they are deleted, and cost nothing meanwhile.
    const billable = arns.filter((arn) => !/:(kms|codebuild|events|sns):/.test(arn));
    if (!isProduction && billable.length > 0)
      throw new Failure(
        'Something is left that may cost money.',
        billable.join('\n'),
        'Run again in some minutes: tags are found a while longer than what they were on. Else delete it by hand.',
      );
  },
};

/** From a running shop to nothing that costs. */
export const destroySteps: readonly Step[] = [
  tools,
  account,
  synthesis,
  plan,
  loadBalancer,
  stacks,
  rest,
];
