/**
 * Terminology
 * - public subnets: load balancer and NAT gateways; the only ones with a route from the internet.
 * - private subnets: nodes, pods and build machines; out through NAT gateways.
 * - database subnets: isolated; their routes end at the VPC.
 */
import { type RemovalPolicy, Tags, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type IIpAddresses,
  type ISubnet,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface ShopNetworkProps {
  /** Three. */
  readonly availabilityZones: readonly string[];
  /** 1 to 3. */
  readonly natGateways: number;
  readonly removalPolicy: RemovalPolicy;
}

const VPC_CIDR = '10.0.0.0/16';

/** Allocates 10.0.1.0/24 and up, in the order of the subnets. */
const numberedFromOne: IIpAddresses = {
  allocateVpcCidr: () => ({ cidrBlock: VPC_CIDR }),
  allocateSubnetsCidr: ({ requestedSubnets }) => ({
    allocatedSubnets: requestedSubnets.map((_, index) => ({ cidr: `10.0.${index + 1}.0/24` })),
  }),
};

/** The VPC and its nine subnets: three kinds in each of three zones. */
export class ShopNetwork extends Construct {
  readonly vpc: IVpc;
  readonly publicSubnets: readonly ISubnet[];
  readonly privateSubnets: readonly ISubnet[];
  readonly databaseSubnets: readonly ISubnet[];

  constructor(scope: Construct, id: string, props: ShopNetworkProps) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      vpcName: 'carthub',
      ipAddresses: numberedFromOne,
      availabilityZones: [...props.availabilityZones],
      natGateways: props.natGateways,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        {
          name: 'private',
          subnetType: SubnetType.PRIVATE_WITH_EGRESS,
          cidrMask: 24,
        },
        { name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    this.vpc = vpc;
    Validations.of(vpc).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason:
        'The zones are an input. Left to AWS, a zone could be chosen that EKS does not offer.',
    });
    this.publicSubnets = this.#subnets('public');
    this.privateSubnets = this.#subnets('private');
    this.databaseSubnets = this.#subnets('database');
    this.#tellTheLoadBalancerController();
    this.#recordTraffic(props.removalPolicy);
  }

  #subnets(subnetGroupName: string): readonly ISubnet[] {
    return this.vpc.selectSubnets({ subnetGroupName }).subnets;
  }

  /** The load balancer controller finds its subnets by these tags. */
  #tellTheLoadBalancerController(): void {
    for (const subnet of this.publicSubnets) Tags.of(subnet).add('kubernetes.io/role/elb', '1');
    for (const subnet of this.privateSubnets)
      Tags.of(subnet).add('kubernetes.io/role/internal-elb', '1');
  }

  /** Only rejected traffic, which shows attacks and missing rules; logging accepted traffic is expensive. */
  #recordTraffic(removalPolicy: RemovalPolicy): void {
    const logGroup = new LogGroup(this, 'FlowLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy,
    });
    this.vpc.addFlowLog('RefusedTraffic', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: FlowLogTrafficType.REJECT,
    });
  }
}
