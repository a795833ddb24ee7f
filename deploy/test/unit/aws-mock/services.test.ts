import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  type CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { ListPipelineExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newestFrom, ofCommit, waitForPipeline } from '../../../src/aws/pipeline.ts';
import type { Context } from '../../../src/context.ts';
import { quotas } from '../../../src/steps/checks/quotas.ts';
import { MockAws } from '../../aws-mock/aws.ts';
import { contextFor } from '../mock-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'carthub-pipelines-'));
let aws: MockAws;
let context: Context;
const logged: string[] = [];

beforeAll(async () => {
  aws = await MockAws.start('http://127.0.0.1:9', 'us-west-2', folder);
  context = contextFor(aws, logged);
});
afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  logged.length = 0;
});

describe('CodePipeline', () => {
  let count = 0;
  let name: string;
  beforeEach(async () => {
    name = `carthub-${++count}`;
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(folder, name)]);
    await aws.cloudFormation.resources.create(
      'AWS::CodePipeline::Pipeline',
      name,
      { Name: name },
      () => {},
    );
  });

  function push(): string {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
        cwd: join(folder, name),
        encoding: 'utf8',
      }).trim();
    const tree = git('hash-object', '-t', 'tree', '-w', '/dev/null');
    const commit = git('commit-tree', tree, '-m', `commit ${++count}`);
    git('update-ref', 'refs/heads/main', commit);
    return commit;
  }
  const list = async () => {
    const { pipelineExecutionSummaries = [] } = await context.aws.pipelines.send(
      new ListPipelineExecutionsCommand({ pipelineName: name }),
    );
    return pipelineExecutionSummaries.map(({ status, executionType }) => [status, executionType]);
  };

  it('does not know a pipeline that nobody has created', async () => {
    await expect(
      context.aws.pipelines.send(new ListPipelineExecutionsCommand({ pipelineName: 'other' })),
    ).rejects.toMatchObject({ name: 'PipelineNotFoundException' });
  });

  it('starts a new pipeline by itself, which fails without a commit and does not matter to the first one', async () => {
    expect(await list()).toEqual([['Failed', 'STANDARD']]);
    const commit = push();
    expect(await waitForPipeline(context, name, ofCommit(commit, true))).toBe(commit);
    expect(await list()).toEqual([
      ['Succeeded', 'STANDARD'],
      ['Failed', 'STANDARD'],
    ]);
  });

  it('rolls a failed deployment back, which is not taken for a deployment of the source', async () => {
    const selector = newestFrom('CodeCommit', 'Repair it.');
    const good = push();
    expect(await waitForPipeline(context, name, selector)).toBe(good);
    aws.pipelines.failingDeployment.add(name);
    const bad = push();
    await expect(waitForPipeline(context, name, selector)).rejects.toThrow(/failed/);
    for (let polls = 0; polls < 6; polls += 1) await list();
    expect((await list()).slice(0, 2)).toEqual([
      ['Succeeded', 'ROLLBACK'],
      ['Failed', 'STANDARD'],
    ]);
    // The next run restarts the failed source, and does not report the rollback's commit.
    expect(await waitForPipeline(context, name, selector)).toBe(bad);
    expect(logged).toContain(`${name}: last execution Failed, starting one`);
  });

  it('lists in pages', async () => {
    for (const _ of [1, 2]) await waitForPipeline(context, name, ofCommit(push(), true));
    const page = await context.aws.pipelines.send(
      new ListPipelineExecutionsCommand({ pipelineName: name, maxResults: 2 }),
    );
    expect(page.pipelineExecutionSummaries).toHaveLength(2);
    expect(page.nextToken).toBeDefined();
  });
});

describe('Service Quotas', () => {
  beforeEach(() => {
    vi.spyOn(context.aws.ec2, 'send').mockImplementation(async () => ({}));
    vi.spyOn(context.aws.eks, 'send').mockImplementation(async () => ({}));
    const Resources = { Network: { Type: 'AWS::EC2::VPC' } };
    const stack = { name: 'S', template: { Resources }, bootstrapVersion: 6, isProtected: false };
    context.assembly = { directory: '', stacks: [stack] };
  });

  it("have the account's value or AWS's default, which is too small for the nodes", async () => {
    await quotas.run(context);
    expect(logged.join()).toContain('sufficient: VPCs');
    delete aws.quotas['L-1216C47A'];
    await expect(quotas.run(context)).rejects.toMatchObject({
      why: 'vCPUs of on-demand instances: 5 allowed, 0 in use, 8 more needed (quota L-1216C47A of ec2).',
    });
    aws.quotas['L-1216C47A'] = 32;
  });

  it('are those of Spot instances for Spot nodes, and count only these', async () => {
    const nodes = { Type: 'AWS::EKS::Nodegroup', Properties: { CapacityType: 'SPOT' } };
    Object.assign(context.assembly?.stacks[0]?.template.Resources ?? {}, { nodes });
    const instance = (InstanceLifecycle?: string) => ({
      State: { Name: 'running' },
      CpuOptions: { CoreCount: 2, ThreadsPerCore: 2 },
      InstanceLifecycle,
    });
    vi.spyOn(context.aws.ec2, 'send').mockImplementation(async () => ({
      Reservations: [{ Instances: [instance(), instance(), instance('spot')] }],
    }));
    const on = aws.quotas['L-1216C47A'];
    aws.quotas['L-1216C47A'] = 0;
    await expect(quotas.run(context)).rejects.toMatchObject({
      why: 'vCPUs of Spot instances: 5 allowed, 4 in use, 8 more needed (quota L-34B43A08 of ec2).',
    });
    aws.quotas['L-34B43A08'] = 12;
    await quotas.run(context);
    expect(logged.at(-1)).toBe('sufficient: VPCs, vCPUs of Spot instances');
    delete aws.quotas['L-34B43A08'];
    aws.quotas['L-1216C47A'] = on ?? 0;
  });
});

it('load balancers have their tags described by twenty', async () => {
  const ResourceArns = Array.from({ length: 21 }, (_, n) => `arn:${n}`);
  await expect(
    context.aws.elb.send(new DescribeTagsCommand({ ResourceArns })),
  ).rejects.toMatchObject({ name: 'ValidationError' });
});

it.each([
  ['cloudformation', 'DescribeStacks', 'denied', 'AccessDenied', 403],
  ['cloudformation', 'DescribeStacks', 'throttled', 'Throttling', 400],
  ['ec2', 'DescribeVpcs', 'denied', 'UnauthorizedOperation', 403],
  ['ec2', 'DescribeVpcs', 'throttled', 'RequestLimitExceeded', 503],
] as const)('%s %s is %s with its own code', async (service, action, kind, name, status) => {
  const config = { region: 'us-west-2', maxAttempts: 1 };
  aws.injections.push({ service, action, kind, times: 1 });
  const sent =
    service === 'ec2'
      ? new EC2Client(config).send(new DescribeVpcsCommand())
      : new CloudFormationClient(config).send(new DescribeStacksCommand());
  const error = (await sent.catch((e: unknown) => e)) as CloudFormationServiceException;
  expect([error.name, error.$metadata.httpStatusCode]).toEqual([name, status]);
  aws.injections.length = 0;
});
