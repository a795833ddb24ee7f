import { InstanceType, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import { CfnAddon } from 'aws-cdk-lib/aws-eks';
import { CapacityType, type Cluster, NodegroupAmiType } from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicies } from '../../acknowledge-findings.ts';
import { LoadBalancerController } from './load-balancer-controller.ts';

export interface NodeGroupsProps {
  readonly cluster: Cluster;
  readonly subnets: readonly ISubnet[];
  /** Spot costs about a third, and AWS can reclaim a node within two minutes. */
  readonly capacity: 'graviton' | 'spot';
}

/** Several types for Spot, so that one without capacity does not matter. */
const INSTANCE_TYPES = {
  graviton: ['t4g.medium'],
  spot: ['t4g.medium', 'c6g.large', 'm6g.large', 'm7g.large', 'c7g.large'],
} as const;

/** Add-ons that Auto Mode has built in. */
const ADDONS: Readonly<Record<string, object | undefined>> = {
  // Without this, network policies have no effect.
  'vpc-cni': { enableNetworkPolicy: 'true' },
  'kube-proxy': undefined,
  coredns: undefined,
  'eks-pod-identity-agent': undefined,
};

/** The alternative to EKS Auto Mode: Graviton nodes that AWS updates and the operator scales. */
export class NodeGroups extends Construct {
  constructor(scope: Construct, id: string, props: NodeGroupsProps) {
    super(scope, id);
    const { cluster, subnets, capacity } = props;
    const nodes = cluster.addNodegroupCapacity('nodes', {
      subnets: { subnets: [...subnets] },
      amiType: NodegroupAmiType.AL2023_ARM_64_STANDARD,
      instanceTypes: INSTANCE_TYPES[capacity].map((name) => new InstanceType(name)),
      capacityType: capacity === 'spot' ? CapacityType.SPOT : CapacityType.ON_DEMAND,
      minSize: 1,
      desiredSize: 2,
      maxSize: 4,
      diskSize: 20,
      maxUnavailable: 1,
      enableNodeAutoRepair: true,
    });
    acknowledgeManagedPolicies(
      nodes,
      'EKS demands these policies of its nodes, and changes them as its versions need.',
      'AmazonEKSWorkerNodePolicy',
      'AmazonEKS_CNI_Policy',
      'AmazonEC2ContainerRegistryReadOnly',
    );
    for (const [addonName, values] of Object.entries(ADDONS))
      new CfnAddon(this, addonName, {
        clusterName: cluster.clusterName,
        addonName,
        resolveConflicts: 'OVERWRITE',
        configurationValues: values && JSON.stringify(values),
      });
    new LoadBalancerController(this, 'LoadBalancerController', { cluster });
  }
}
