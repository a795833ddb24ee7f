import {
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Context } from '../context.ts';

export async function logGroupsWith(
  { aws }: Context,
  prefix: string,
): Promise<readonly LogGroup[]> {
  const groups: LogGroup[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, nextToken }),
    );
    groups.push(...(page.logGroups ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return groups;
}

/**
 * `service` if an AWS service has created the group by itself: EKS writes on after its cluster is gone
 * (terraform-aws-eks#2763), and such a group has none of our tags. @returns undefined if there is no group
 */
export async function creatorOf(
  context: Context,
  name: string,
): Promise<'stack' | 'service' | undefined> {
  const groups = await logGroupsWith(context, name);
  const group = groups.find(({ logGroupName }) => logGroupName === name);
  if (!group) return undefined;
  // The second form ends with `:*`, which the call refuses.
  const resourceArn = group.logGroupArn ?? group.arn?.replace(/:\*$/, '');
  const { tags } = await context.aws.logs.send(new ListTagsForResourceCommand({ resourceArn }));
  return tags?.application === 'carthub' ? 'stack' : 'service';
}

export async function deleteLogGroup({ aws }: Context, logGroupName: string): Promise<void> {
  await aws.logs.send(new DeleteLogGroupCommand({ logGroupName }));
}
