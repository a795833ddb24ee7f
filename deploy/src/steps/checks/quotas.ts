import {
  DescribeAddressesCommand,
  DescribeVpcsCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { ListClustersCommand } from '@aws-sdk/client-eks';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
} from '@aws-sdk/client-service-quotas';
import { stackOf } from '../../aws/stacks.ts';
import { type Context, required } from '../../context.ts';
import { Failure, reasonOf } from '../../failure.ts';
import { isSpot } from '../../templates/inputs.ts';
import type { Step } from '../step.ts';

interface Quota {
  readonly what: string;
  readonly service: string;
  readonly code: string;
  /** The stack that contains the resources; once it exists, it needs no more. */
  readonly stack: string;
  need(context: Context): number;
  used(context: Context): Promise<number>;
}

/** Resources of one type in all stacks to deploy. */
function planned(context: Context, type: string): number {
  const { stacks } = required(context.assembly, 'assembly');
  return stacks
    .flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => Type === type).length;
}

/** Two nodes of two vCPUs, and as many again while they are replaced. */
const NODE_CPUS = 8;

/** vCPUs of running instances. "Limits for On-Demand and Spot Instances are separate" (EC2 User Guide, "Spot quotas"). */
async function cpusInUse({ aws }: Context, isOfSpot: boolean): Promise<number> {
  let sum = 0;
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: aws.ec2 }, {}))
    for (const { State, CpuOptions: cpu, InstanceLifecycle } of Reservations.flatMap(
      ({ Instances = [] }) => Instances,
    )) {
      const isCounted = State?.Name === 'running' || State?.Name === 'pending';
      if (isCounted && (InstanceLifecycle === 'spot') === isOfSpot)
        sum += (cpu?.CoreCount ?? 1) * (cpu?.ThreadsPerCore ?? 2);
    }
  return sum;
}

const QUOTAS: readonly Quota[] = [
  {
    what: 'VPCs',
    service: 'vpc',
    code: 'L-F678F1CE',
    stack: 'CarthubNetworkStack',
    need: (context) => planned(context, 'AWS::EC2::VPC'),
    used: async ({ aws }) => (await aws.ec2.send(new DescribeVpcsCommand())).Vpcs?.length ?? 0,
  },
  {
    what: 'Elastic IP addresses',
    service: 'ec2',
    code: 'L-0263D0A3',
    stack: 'CarthubNetworkStack',
    need: (context) => planned(context, 'AWS::EC2::EIP'),
    used: async ({ aws }) =>
      (await aws.ec2.send(new DescribeAddressesCommand())).Addresses?.length ?? 0,
  },
  {
    what: 'EKS clusters',
    service: 'eks',
    code: 'L-1194D53C',
    stack: 'CarthubClusterStack',
    need: (context) => planned(context, 'AWS::EKS::Cluster'),
    used: async ({ aws }) => (await aws.eks.send(new ListClustersCommand())).clusters?.length ?? 0,
  },
  {
    what: 'vCPUs of on-demand instances',
    service: 'ec2',
    code: 'L-1216C47A',
    stack: 'CarthubClusterStack',
    need: (context) => (isSpot(context) ? 0 : NODE_CPUS),
    used: (context) => cpusInUse(context, false),
  },
  {
    what: 'vCPUs of Spot instances',
    service: 'ec2',
    code: 'L-34B43A08',
    stack: 'CarthubClusterStack',
    need: (context) => (isSpot(context) ? NODE_CPUS : 0),
    used: (context) => cpusInUse(context, true),
  },
];

/**
 * An account that has never changed a quota may have no value of its own for it, and then AWS's default holds
 * (Service Quotas, API_GetServiceQuota; hashicorp/terraform-provider-aws#19745).
 */
async function limitOf({ aws }: Context, { service, code }: Quota): Promise<number> {
  const quota = { ServiceCode: service, QuotaCode: code };
  const { Quota: limit } = await aws.quotas
    .send(new GetServiceQuotaCommand(quota))
    .catch((error: unknown) => {
      if (!(error instanceof NoSuchResourceException)) throw error;
      return aws.quotas.send(new GetAWSDefaultServiceQuotaCommand(quota));
    });
  return limit?.Value ?? 0;
}

async function shortage(context: Context, quota: Quota): Promise<string | undefined> {
  const need = quota.need(context);
  if (need === 0 || (await stackOf(context, quota.stack))) return undefined;
  const { service, code, what } = quota;
  const [value, used] = await Promise.all([limitOf(context, quota), quota.used(context)]);
  return used + need > value
    ? `${what}: ${value} allowed, ${used} in use, ${need} more needed (quota ${code} of ${service}).`
    : undefined;
}

export const quotas: Step = {
  title: 'Quotas',
  isReadOnly: true,
  needsAccountFor: "quotas: whether the account's suffice",
  async run(context) {
    const found = await Promise.all(QUOTAS.map((quota) => shortage(context, quota))).catch(
      (error) => {
        throw new Failure(
          "The account's quotas cannot be read.",
          reasonOf(error),
          'Allow your identity servicequotas:GetServiceQuota, servicequotas:GetAWSDefaultServiceQuota and the Describe calls of EC2 and EKS, then run again.',
        );
      },
    );
    const problems = found.filter((problem) => problem !== undefined);
    if (problems.length > 0)
      throw new Failure(
        "The account's quotas are too small.",
        problems.join('\n'),
        'Request an increase under Service Quotas in the console, or delete unused resources, then run again.',
      );
    const needed = QUOTAS.filter(({ need }) => need(context) > 0);
    context.log(`sufficient: ${needed.map(({ what }) => what).join(', ')}`);
  },
};
