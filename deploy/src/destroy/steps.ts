import { ask } from '../ask.ts';
import { type Context, known } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { stackOf } from '../stacks.ts';
import { account } from '../steps/account.ts';
import { synthesis } from '../steps/plan.ts';
import type { Step } from '../steps/step.ts';
import { tools } from '../steps/tools.ts';
import { deleteLogGroups, logGroups, tagged } from './leftovers.ts';
import { loadBalancer } from './load-balancer.ts';
import { stacks } from './stacks.ts';

/** Types of AWS that cost something each month although nobody uses them. */
const BILLABLE =
  /^AWS::(EC2::(NatGateway|EIP)|RDS::DBInstance|EKS::Cluster|KMS::Key|S3::Bucket|SecretsManager::Secret|ECR::Repository|CodeCommit::Repository|Logs::LogGroup|WAFv2::WebACL)$/;

/** What the templates keep when their stacks are deleted, one line each. */
function keptOf(context: Context): readonly string[] {
  return known(context.assembly, 'assembly').stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources)
      .filter(
        ([, { Type, DeletionPolicy }]) =>
          DeletionPolicy !== undefined && DeletionPolicy !== 'Delete' && BILLABLE.test(Type),
      )
      .map(([id, { Type, DeletionPolicy }]) => `${name}: ${Type} ${id} (${DeletionPolicy})`),
  );
}

const plan: Step = {
  title: 'What goes and what stays',
  reads: true,
  async run(context) {
    const { environment, yes, dryRun, confirm } = context.options;
    const planned = known(context.assembly, 'assembly').stacks;
    for (const { name } of [...planned].reverse()) {
      const stack = await stackOf(context, name);
      const tag = stack?.Tags?.find(({ Key }) => Key === 'environment')?.Value;
      if (tag && tag !== environment)
        throw new Failure(
          `Stack ${name} is of ${tag}, not of ${environment}.`,
          'The names of stacks are the same in both; an account or region holds one of them.',
          'Give the right --environment, --region and --profile.',
        );
      context.say(`goes: ${name}${stack ? '' : ' (not there)'}`);
    }
    context.say('goes: the load balancer of the cluster');
    for (const line of keptOf(context)) context.say(`stays: ${line}`);
    context.say('stays: CDKToolkit (cdk bootstrap made it; other apps may use it)');
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
