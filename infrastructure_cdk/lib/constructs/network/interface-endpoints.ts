import {
  InterfaceVpcEndpointAwsService,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

const { ECR, ECR_DOCKER, CLOUDWATCH_LOGS, STS, SECRETS_MANAGER, EKS, EKS_AUTH, EC2 } =
  InterfaceVpcEndpointAwsService;
const { ELASTIC_LOAD_BALANCING, KMS } = InterfaceVpcEndpointAwsService;

/** Services that nodes, pods, controllers and the secret rotation call; S3 has a gateway. */
const SERVICES: Readonly<Record<string, InterfaceVpcEndpointAwsService>> = {
  Ecr: ECR,
  EcrDocker: ECR_DOCKER,
  Logs: CLOUDWATCH_LOGS,
  Sts: STS,
  SecretsManager: SECRETS_MANAGER,
  Kms: KMS,
  Eks: EKS,
  EksAuth: EKS_AUTH,
  Ec2: EC2,
  LoadBalancing: ELASTIC_LOAD_BALANCING,
};

export interface InterfaceEndpointsProps {
  readonly vpc: IVpc;
  /** Subnets of the callers and of the endpoints. */
  readonly subnets: readonly ISubnet[];
}

/** Private addresses of the AWS services that the private subnets call. */
export class InterfaceEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: InterfaceEndpointsProps) {
    super(scope, id);
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Endpoints of AWS services, for the private subnets',
      allowAllOutbound: false,
    });
    for (const { ipv4CidrBlock } of props.subnets)
      securityGroup.addIngressRule(Peer.ipv4(ipv4CidrBlock), Port.tcp(443), 'AWS APIs');
    for (const [name, service] of Object.entries(SERVICES))
      props.vpc.addInterfaceEndpoint(name, {
        service,
        subnets: { subnets: [...props.subnets] },
        securityGroups: [securityGroup],
        open: false,
      });
  }
}
