import { UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { liftDatabaseProtection, restoreDatabaseProtection } from '../aws/database-protection.ts';
import { remainingResources, stackOf } from '../aws/stacks.ts';
import type { Context } from '../context.ts';
import type { PlannedStack } from '../templates/assembly.ts';

const DATABASE = 'AWS::RDS::DBInstance';

async function protectStack(context: Context, name: string, isOn: boolean): Promise<void> {
  const stack = await stackOf(context, name);
  if (!stack || Boolean(stack.EnableTerminationProtection) === isOn) return;
  await context.aws.cloudFormation.send(
    new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: isOn }),
  );
  context.log(`${name}: termination protection is ${isOn ? 'on again' : 'lifted'}`);
}

export async function liftTerminationProtection(context: Context, name: string): Promise<void> {
  await protectStack(context, name, false);
}

/** Lets the stack be deleted. CloudFormation then takes the database's final snapshot. */
export async function liftProtection(context: Context, name: string): Promise<void> {
  await liftTerminationProtection(context, name);
  for (const { ResourceType, PhysicalResourceId: id } of await remainingResources(context, name))
    if (ResourceType === DATABASE && id) await liftDatabaseProtection(context, id);
}

/** Protects what an interrupted `--destroy` has left unprotected: the templates are unchanged then. */
export async function restoreProtection(context: Context, planned: PlannedStack): Promise<void> {
  if (planned.isProtected) await protectStack(context, planned.name, true);
  for (const { Type, Properties = {} } of Object.values(planned.template.Resources)) {
    const { DeletionProtection, DBInstanceIdentifier: id } = Properties;
    if (Type === DATABASE && DeletionProtection === true && typeof id === 'string')
      await restoreDatabaseProtection(context, id);
  }
}
