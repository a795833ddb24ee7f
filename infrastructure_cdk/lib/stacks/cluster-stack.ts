import { CfnOutput } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ServiceRoles } from '../constructs/cluster/service-roles.ts';
import { ShopCluster } from '../constructs/cluster/shop-cluster.ts';
import { PodLogs } from '../constructs/monitoring/pod-logs.ts';
import type { ShopNetwork } from '../constructs/network/shop-network.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';
import type { DataStack } from './data-stack.ts';

export interface ClusterStackProps extends CarthubStackProps {
  readonly network: ShopNetwork;
  readonly data: DataStack;
}

/** The Kubernetes cluster. It is stateless: deleting it loses no data. */
export class ClusterStack extends CarthubStack {
  readonly shop: ShopCluster;

  constructor(scope: Construct, id: string, props: ClusterStackProps) {
    super(scope, id, 'cluster', props);
    const { config, network, data } = props;
    this.shop = new ShopCluster(this, 'Shop', {
      vpc: network.vpc,
      subnets: network.privateSubnets,
      version: config.kubernetesVersion,
      endpoint: config.clusterEndpoint,
      compute: config.compute,
      removalPolicy: this.dataRemovalPolicy,
    });
    const { cluster, adminRole } = this.shop;

    new ServiceRoles(this, 'Services', {
      cluster,
      encryptionKey: data.encryptionKey,
      ownerSecret: data.database.ownerSecret,
      backendSecret: data.backendSecret,
      guestTokenSecret: data.guestTokenSecret,
      orderLinkSecret: data.orderLinkSecret,
      stripeSecret: data.stripeSecret,
      backups: data.backups,
      snsTopicArn: config.snsTopicArn,
      eventBusArn: config.eventBusArn,
    });
    new PodLogs(this, 'PodLogs', { cluster, removalPolicy: this.dataRemovalPolicy });
    // Here and not in the data stack, which must not depend on the cluster.
    new CfnSecurityGroupIngress(this, 'NodesToDatabase', {
      description: 'nodes and pods of the cluster',
      groupId: data.database.securityGroup.securityGroupId,
      sourceSecurityGroupId: cluster.clusterSecurityGroupId,
      ipProtocol: 'tcp',
      fromPort: 5432,
      toPort: 5432,
    });
    new CfnOutput(this, 'ClusterName', { description: 'On EKS', value: cluster.clusterName });
    new CfnOutput(this, 'ClusterAdminRoleArn', {
      description: 'For aws eks update-kubeconfig --role-arn',
      value: adminRole.roleArn,
    });
  }
}
