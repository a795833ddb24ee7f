import {
  paginateDescribeDBInstanceAutomatedBackups,
  paginateDescribeDBSnapshots,
} from '@aws-sdk/client-rds';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { logGroupsWith } from '../../aws/log-groups.ts';
import { type Context, required } from '../../context.ts';
import type { Template } from '../../templates/assembly.ts';

/** Name prefixes of log groups that AWS services create by themselves, without our tags. */
const LOG_GROUP_PREFIXES = [
  '/aws/eks/carthub-cluster',
  '/aws/codebuild/carthub-',
  '/aws/lambda/Carthub',
  '/aws/lambda/MicroservicesCicdStack',
  '/aws/rds/instance/carthub',
  '/aws/containerinsights/carthub-cluster',
];

/** ARNs of all resources tagged `application=carthub`. */
export async function taggedResources({ aws }: Context): Promise<readonly string[]> {
  const arns: string[] = [];
  let token: string | undefined;
  do {
    const page = await aws.tags.send(
      new GetResourcesCommand({
        TagFilters: [{ Key: 'application', Values: ['carthub'] }],
        PaginationToken: token,
      }),
    );
    for (const { ResourceARN } of page.ResourceTagMappingList ?? [])
      if (ResourceARN) arns.push(ResourceARN);
    token = page.PaginationToken || undefined;
  } while (token);
  return arns;
}

/**
 * Names of the shop's log groups. Those with names that CloudFormation has made too: Lambda creates the one of a custom
 * resource again after the stack has deleted it, without an expiry (aws-cdk#31487).
 */
export async function logGroups(context: Context): Promise<readonly string[]> {
  const { stacks } = required(context.assembly, 'assembly');
  const prefixes = [...LOG_GROUP_PREFIXES, ...stacks.map(({ name }) => `${name}-`)];
  const groups = await Promise.all(prefixes.map((prefix) => logGroupsWith(context, prefix)));
  return groups.flat().flatMap(({ logGroupName }) => (logGroupName ? [logGroupName] : []));
}

/** Final snapshots and retained automated backups of the shop's database; both cost by their size. */
export async function databaseBackups(
  { aws }: Context,
  template: Template,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { Type, Properties = {} } of Object.values(template.Resources)) {
    const { DBInstanceIdentifier: id } = Properties;
    if (Type !== 'AWS::RDS::DBInstance' || typeof id !== 'string') continue;
    const snapshots = paginateDescribeDBSnapshots(
      { client: aws.rds },
      { DBInstanceIdentifier: id, SnapshotType: 'manual' },
    );
    for await (const { DBSnapshots = [] } of snapshots)
      for (const snapshot of DBSnapshots) found.push(`snapshot ${snapshot.DBSnapshotIdentifier}`);
    const backups = paginateDescribeDBInstanceAutomatedBackups(
      { client: aws.rds },
      { DBInstanceIdentifier: id },
    );
    for await (const { DBInstanceAutomatedBackups = [] } of backups)
      for (const { BackupRetentionPeriod: days } of DBInstanceAutomatedBackups)
        found.push(`automated backups of ${id}${days ? `, for ${days} days` : ''}`);
  }
  return found;
}
