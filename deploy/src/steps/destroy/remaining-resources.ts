import { DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Context } from '../../context.ts';

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

/** Names of the shop's log groups. */
export async function logGroups({ aws }: Context): Promise<readonly string[]> {
  const pages = await Promise.all(
    LOG_GROUP_PREFIXES.map((prefix) =>
      aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix })),
    ),
  );
  return pages
    .flatMap(({ logGroups: groups = [] }) => groups)
    .flatMap(({ logGroupName }) => (logGroupName ? [logGroupName] : []));
}

export async function deleteLogGroups(context: Context, names: readonly string[]): Promise<void> {
  for (const logGroupName of names)
    await context.aws.logs.send(new DeleteLogGroupCommand({ logGroupName }));
}
