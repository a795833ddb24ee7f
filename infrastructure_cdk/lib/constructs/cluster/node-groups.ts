import { InstanceType, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import { CfnAddon } from 'aws-cdk-lib/aws-eks';
import { CapacityType, type Cluster, NodegroupAmiType } from 'aws-cdk-lib/aws-eks-v2';
import { Construct, type IDependable } from 'constructs';
import { acknowledgeManagedPolicies } from '../../acknowledge-findings.ts';
import { ClusterAutoscaler } from './cluster-autoscaler.ts';
import { LoadBalancerController } from './load-balancer-controller.ts';

export interface NodeGroupsProps {
  readonly cluster: Cluster;
  readonly clusterName: string;
  readonly subnets: readonly ISubnet[];
  /** Spot costs about a third, and AWS can reclaim a node within two minutes. */
  readonly capacity: 'graviton' | 'spot';
}

/** Several types for Spot, so that one without capacity does not matter. */
const INSTANCE_TYPES = {
  graviton: ['t4g.medium'],
  spot: ['t4g.medium', 'c6g.large', 'm6g.large', 'm7g.large', 'c7g.large'],
} as const;

/**
 * Add-ons that Auto Mode has built in. These run on each node and come first: a node without a network plugin does not
 * become ready, and its group fails (terraform-aws-modules/terraform-aws-eks#3446).
 */
const ADDONS_OF_NODES: Readonly<Record<string, object | undefined>> = {
  // Without this, network policies have no effect.
  'vpc-cni': { enableNetworkPolicy: 'true' },
  'kube-proxy': undefined,
  'eks-pod-identity-agent': undefined,
};

/** The alternative to EKS Auto Mode: Graviton nodes that AWS updates and the cluster autoscaler scales. */
export class NodeGroups extends Construct {
  /** Whatever has pods of its own depends on it: an add-on without nodes fails after 20 minutes. */
  readonly nodes: IDependable;

  constructor(scope: Construct, id: string, props: NodeGroupsProps) {
    super(scope, id);
    const { cluster, clusterName, subnets, capacity } = props;
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
      // CDK's default is true, which replaces nodes against disruption budgets (EKS user guide, "Understand each phase
      // of node updates").
      forceUpdate: false,
    });
    this.nodes = nodes;
    acknowledgeManagedPolicies(
      nodes,
      'EKS demands these policies of its nodes, and changes them as its versions need.',
      'AmazonEKSWorkerNodePolicy',
      'AmazonEKS_CNI_Policy',
      'AmazonEC2ContainerRegistryReadOnly',
    );
    for (const [addonName, values] of Object.entries(ADDONS_OF_NODES))
      nodes.node.addDependency(this.#addon(cluster, addonName, values));
    const dns = this.#addon(cluster, 'coredns', undefined);
    dns.node.addDependency(nodes);
    const controllers = [
      new LoadBalancerController(this, 'LoadBalancerController', { cluster }),
      new ClusterAutoscaler(this, 'ClusterAutoscaler', { cluster, clusterName }),
    ];
    for (const { chart } of controllers) chart.node.addDependency(nodes, dns);
  }

  #addon(cluster: Cluster, addonName: string, values: object | undefined): CfnAddon {
    return new CfnAddon(this, addonName, {
      clusterName: cluster.clusterName,
      addonName,
      resolveConflicts: 'OVERWRITE',
      configurationValues: values && JSON.stringify(values),
    });
  }
}
