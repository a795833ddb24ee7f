import { Validations } from 'aws-cdk-lib';
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnAddon } from 'aws-cdk-lib/aws-eks';
import {
  Cluster,
  ClusterLoggingTypes,
  DefaultCapacityType,
  EndpointAccess,
  KubernetesVersion,
} from 'aws-cdk-lib/aws-eks-v2';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicies } from '../../acknowledge-findings.ts';
import type { Compute } from '../../config/config.ts';
import type { ClusterEndpoint } from '../../config/parse.ts';
import type { DataRemovalPolicy } from '../../data-removal-policy.ts';
import { acknowledgeChartInstaller, chartInstaller } from './chart-installer.ts';
import { NodeGroups } from './node-groups.ts';

export interface ShopClusterProps {
  readonly vpc: IVpc;
  /** Subnets of the nodes and of the control plane's interfaces. */
  readonly subnets: readonly ISubnet[];
  /** Such as `1.36`. */
  readonly version: string;
  readonly endpoint: ClusterEndpoint;
  readonly compute: Compute;
  readonly removalPolicy: DataRemovalPolicy;
}

const CLUSTER_NAME = 'carthub-cluster';

/**
 * Addresses of Services. EKS would choose 10.100.0.0/16 or 172.20.0.0/16 (CreateCluster, serviceIpv4Cidr); the network
 * policies name the API's address, .1, and the resolver's, .10. A cluster's range cannot change.
 */
const SERVICE_CIDR = '172.20.0.0/16';

/** Add-ons that EKS updates, for every kind of node. */
const ADDONS: Readonly<Record<string, object | undefined>> = {
  'metrics-server': undefined,
  // The state of pods and Jobs, for alerts (EKS User Guide, "Community add-ons").
  'kube-state-metrics': undefined,
  // Secrets as files in pods; rotated ones arrive within two minutes. An EKS add-on since November 2025
  // (AWS What's New, "AWS Secrets Store CSI Driver provider"); its values are those of the provider's chart.
  'aws-secrets-store-csi-driver-provider': {
    'secrets-store-csi-driver': { enableSecretRotation: true, rotationPollInterval: '2m' },
  },
};

const AUTO_MODE_POLICIES = [
  'AmazonEKSComputePolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
  'AmazonEKSWorkerNodePolicy',
  'AmazonEC2ContainerRegistryReadOnly',
];

/** Kubernetes on EKS: Auto Mode, or managed node groups. */
export class ShopCluster extends Construct {
  readonly cluster: Cluster;
  readonly adminRole: Role;

  constructor(scope: Construct, id: string, props: ShopClusterProps) {
    super(scope, id);
    this.adminRole = new Role(this, 'AdminRole', {
      assumedBy: new AccountRootPrincipal(),
      description: 'Administrators of the cluster; who may assume it is decided by IAM',
    });
    // EKS would create it without an expiry.
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/eks/${CLUSTER_NAME}/cluster`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy,
    });
    this.cluster = this.#cluster(props);
    this.cluster.node.addDependency(logGroup);
    const addons = this.#addons();
    if (props.compute !== 'auto') {
      const { nodes } = new NodeGroups(this, 'NodeGroups', {
        cluster: this.cluster,
        clusterName: CLUSTER_NAME,
        subnets: props.subnets,
        capacity: props.compute,
      });
      for (const addon of addons) addon.node.addDependency(nodes);
      acknowledgeChartInstaller(this.cluster);
    }
    this.#acknowledge(props);
  }

  #cluster({ vpc, subnets, version, endpoint, compute, removalPolicy }: ShopClusterProps): Cluster {
    const isAuto = compute === 'auto';
    return new Cluster(this, 'Cluster', {
      clusterName: CLUSTER_NAME,
      version: KubernetesVersion.of(version),
      vpc,
      vpcSubnets: [{ subnets: [...subnets] }],
      serviceIpv4Cidr: SERVICE_CIDR,
      endpointAccess: accessTo(endpoint),
      defaultCapacityType: isAuto ? DefaultCapacityType.AUTOMODE : DefaultCapacityType.NODEGROUP,
      defaultCapacity: isAuto ? undefined : 0,
      // Deployers use the role instead, which can be revoked.
      bootstrapClusterCreatorAdminPermissions: false,
      mastersRole: this.adminRole,
      outputConfigCommand: false,
      kubectlProviderOptions: isAuto ? undefined : chartInstaller(this),
      clusterLogging: Object.values(ClusterLoggingTypes),
      secretsEncryptionKey: new Key(this, 'Key', {
        description: 'Secrets in Kubernetes',
        enableKeyRotation: true,
        removalPolicy,
      }),
    });
  }

  #addons(): CfnAddon[] {
    return Object.entries(ADDONS).map(
      ([addonName, values]) =>
        new CfnAddon(this, addonName, {
          clusterName: this.cluster.clusterName,
          addonName,
          resolveConflicts: 'OVERWRITE',
          configurationValues: values && JSON.stringify(values),
        }),
    );
  }

  #acknowledge({ compute }: ShopClusterProps): void {
    acknowledgeManagedPolicies(
      this.cluster,
      'EKS demands these policies of its roles, and changes them as its versions need.',
      'AmazonEKSClusterPolicy',
      ...(compute === 'auto' ? AUTO_MODE_POLICIES : []),
    );
    Validations.of(this.cluster).acknowledge({
      id: 'CloudFormation-Validate::W9009',
      reason:
        'aws-eks-v2 writes this property, and it is the only one that names a key of our own.',
    });
    Validations.of(this.cluster).acknowledge({
      id: 'AwsSolutions-EKS1',
      reason:
        'Operators deploy from outside of the VPC; IAM guards the API, and networks can be named.',
    });
  }
}

function accessTo({ networks }: ClusterEndpoint): EndpointAccess {
  return networks.length === 0
    ? EndpointAccess.PUBLIC_AND_PRIVATE
    : EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom(...networks);
}
