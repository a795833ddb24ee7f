import type { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect, it, vi } from 'vitest';
import { type Context, clientsFor } from '../../src/context.ts';
import { parseOptions } from '../../src/options.ts';
import { logGroups } from '../../src/steps/destroy/remaining-resources.ts';

it('finds log groups that services create, also under names that CloudFormation made', async () => {
  const names = [
    '/aws/lambda/CarthubDataStack-CustomS3AutoDelete-1',
    'MicroservicesCicdStack-ReviewLogs53D2788C-abc',
    'MicroservicesCicdStackOfSomebodyElse',
    '/aws/lambda/other',
  ];
  const options = parseOptions([], {});
  if (!options) throw new Error('no options');
  const aws = clientsFor(options);
  vi.spyOn(aws.logs, 'send').mockImplementation(async (command: unknown) => {
    const { logGroupNamePrefix = '' } = (command as DescribeLogGroupsCommand).input;
    const found = names.filter((name) => name.startsWith(logGroupNamePrefix));
    return { logGroups: found.map((logGroupName) => ({ logGroupName })) };
  });
  const template = { Resources: {} };
  const stacks = ['CarthubDataStack', 'MicroservicesCicdStack'].map((name) => ({
    name,
    template,
    bootstrapVersion: 6,
    isProtected: false,
  }));
  const context = { aws, assembly: { directory: '', stacks } } as unknown as Context;
  expect(await logGroups(context)).toEqual(names.slice(0, 2));
});
