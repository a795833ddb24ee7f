import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InterfaceEndpoints } from '../constructs/network/interface-endpoints.ts';
import { ShopNetwork } from '../constructs/network/shop-network.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';

/** The VPC, its nine subnets and their routes. */
export class NetworkStack extends CarthubStack {
  readonly network: ShopNetwork;

  constructor(scope: Construct, id: string, props: CarthubStackProps) {
    super(scope, id, 'network', props);
    const { availabilityZones, natGateways, interfaceEndpoints } = props.config;
    this.network = new ShopNetwork(this, 'Network', {
      availabilityZones,
      natGateways,
      removalPolicy: this.dataRemovalPolicy,
    });
    if (interfaceEndpoints)
      new InterfaceEndpoints(this, 'Endpoints', {
        vpc: this.network.vpc,
        subnets: this.network.privateSubnets,
      });
    new CfnOutput(this, 'VpcId', {
      description: 'The network of the shop',
      value: this.network.vpc.vpcId,
    });
  }
}
