import {
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-rds';
import type { Context } from '../context.ts';

/** @returns undefined if there is no such instance */
async function isProtected({ aws }: Context, id: string): Promise<boolean | undefined> {
  try {
    const { DBInstances = [] } = await aws.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
    );
    return DBInstances[0]?.DeletionProtection ?? false;
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return undefined;
    throw error;
  }
}

async function protect(context: Context, id: string, isOn: boolean): Promise<void> {
  await context.aws.rds.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: id,
      DeletionProtection: isOn,
      ApplyImmediately: true,
    }),
  );
  context.log(`deletion protection of the database ${id} is ${isOn ? 'on again' : 'lifted'}`);
}

export async function liftDatabaseProtection(context: Context, id: string): Promise<void> {
  if (await isProtected(context, id)) await protect(context, id, false);
}

export async function restoreDatabaseProtection(context: Context, id: string): Promise<void> {
  if ((await isProtected(context, id)) === false) await protect(context, id, true);
}
