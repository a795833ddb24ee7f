import { Duration, Stack } from 'aws-cdk-lib';
import type { Cluster, HelmChart } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../../acknowledge-findings.ts';
import { PodRole } from './pod-role.ts';

/** With Cluster Autoscaler 1.35 as its default (kubermatic/kubermatic#16253). */
const CHART_VERSION = '9.59.0';
/** Of Kubernetes' minor version, 1.36; its chart came later (kubernetes/autoscaler#10169). */
const IMAGE_TAG = 'v1.36.1';
const NAME = 'cluster-autoscaler';

export interface ClusterAutoscalerProps {
  readonly cluster: Cluster;
  /** The text, because a condition's key contains it. */
  readonly clusterName: string;
}

/**
 * Adds nodes for pods that have no room and removes unused ones, between the group's limits. EKS scales managed node
 * groups only by hand and has no add-on that does it (aws/containers-roadmap#1167, aws/karpenter-provider-aws#7387).
 */
export class ClusterAutoscaler extends Construct {
  readonly chart: HelmChart;

  constructor(scope: Construct, id: string, props: ClusterAutoscalerProps) {
    super(scope, id);
    const { cluster } = props;
    const pods = new PodRole(this, 'Pods', {
      cluster,
      namespace: 'kube-system',
      serviceAccount: NAME,
    });
    this.#allow(pods, props.clusterName);
    this.chart = cluster.addHelmChart(NAME, {
      chart: NAME,
      repository: 'https://kubernetes.github.io/autoscaler',
      version: CHART_VERSION,
      release: NAME,
      namespace: 'kube-system',
      wait: true,
      timeout: Duration.minutes(15),
      values: {
        fullnameOverride: NAME,
        image: { tag: IMAGE_TAG },
        // EKS tags the groups (EKS user guide, "Managed node groups").
        autoDiscovery: { clusterName: cluster.clusterName },
        awsRegion: Stack.of(this).region,
        rbac: { serviceAccount: { create: true, name: NAME } },
      },
    });
    // A pod that starts before its role has no credentials until it restarts.
    this.chart.node.addDependency(pods);
  }

  /** Source: kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/README.md, "IAM Policy". */
  #allow({ role }: PodRole, clusterName: string): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ReadGroups',
        actions: [
          'autoscaling:DescribeAutoScalingGroups',
          'autoscaling:DescribeAutoScalingInstances',
          'autoscaling:DescribeLaunchConfigurations',
          'autoscaling:DescribeScalingActivities',
          'autoscaling:DescribeTags',
          'ec2:DescribeImages',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeLaunchTemplateVersions',
          'ec2:GetInstanceTypesFromInstanceRequirements',
          'eks:DescribeNodegroup',
        ],
        resources: ['*'],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ScaleGroups',
        actions: [
          'autoscaling:SetDesiredCapacity',
          'autoscaling:TerminateInstanceInAutoScalingGroup',
        ],
        resources: ['*'],
        conditions: {
          StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: 'owned' },
        },
      }),
    );
    acknowledgeWildcards(
      role,
      'Reading groups knows no narrower right, and the tag of the cluster limits what is scaled.',
      'Resource::*',
    );
  }
}
