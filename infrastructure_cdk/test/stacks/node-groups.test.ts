import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { build } from '../support/synthesize.ts';

const templateWith = (compute: 'graviton' | 'spot') =>
  Template.fromStack(build('development', { compute }).cluster);

const addons = (template: Template) =>
  Object.values(template.findResources('AWS::EKS::Addon'))
    .map(({ Properties }) => Properties.AddonName)
    .sort();

describe.each([
  { compute: 'graviton', capacityType: 'ON_DEMAND', types: 1 },
  { compute: 'spot', capacityType: 'SPOT', types: 5 },
] as const)('node groups: $compute', ({ compute, capacityType, types }) => {
  const template = templateWith(compute);

  it('are Graviton nodes, 1 to 4', () => {
    template.hasResourceProperties('AWS::EKS::Nodegroup', {
      AmiType: 'AL2023_ARM_64_STANDARD',
      CapacityType: capacityType,
      ScalingConfig: { MinSize: 1, DesiredSize: 2, MaxSize: 4 },
    });
    const [group] = Object.values(template.findResources('AWS::EKS::Nodegroup'));
    expect(group?.Properties.InstanceTypes).toHaveLength(types);
  });

  it('turn Auto Mode off and add its built-in add-ons', () => {
    template.hasResourceProperties('AWS::EKS::Cluster', { ComputeConfig: { Enabled: false } });
    expect(addons(template)).toEqual([
      'aws-secrets-store-csi-driver-provider',
      'coredns',
      'eks-pod-identity-agent',
      'kube-proxy',
      'kube-state-metrics',
      'metrics-server',
      'vpc-cni',
    ]);
  });

  it('enforce network policies', () => {
    template.hasResourceProperties('AWS::EKS::Addon', {
      AddonName: 'vpc-cni',
      ConfigurationValues: Match.serializedJson({ enableNetworkPolicy: 'true' }),
    });
  });

  it('have a role for the load balancer controller', () => {
    template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
      Namespace: 'kube-system',
      ServiceAccount: 'aws-load-balancer-controller',
    });
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      Description: Match.stringLikeRegexp('Load Balancer Controller 3\\.2\\.2'),
    });
  });
});

describe('the order of node groups', () => {
  const template = templateWith('graviton');
  const resources: Record<string, { Type: string; DependsOn?: string[]; Properties: never }> =
    template.toJSON().Resources;
  const idsOf = (test: (type: string, properties: Record<string, unknown>) => boolean) =>
    Object.keys(resources).filter((id) => {
      const { Type = '', Properties } = resources[id] ?? {};
      return test(Type, Properties ?? {});
    });
  const isAddon = (...names: readonly string[]) =>
    idsOf((type, { AddonName }) => type === 'AWS::EKS::Addon' && names.includes(String(AddonName)));
  const [nodes = ''] = idsOf((type) => type === 'AWS::EKS::Nodegroup');

  // terraform-aws-modules/terraform-aws-eks#3446: nodes without a network plugin never become ready. EKS user guide,
  // "Create an Amazon EKS add-on": an add-on whose pods find no node is DEGRADED.
  it('start after the add-ons that nodes need, and before those that need nodes', () => {
    const before = isAddon('vpc-cni', 'kube-proxy', 'eks-pod-identity-agent');
    const after = isAddon(
      'coredns',
      'metrics-server',
      'kube-state-metrics',
      'aws-secrets-store-csi-driver-provider',
    );
    expect([before.length, after.length]).toEqual([3, 4]);
    expect(resources[nodes]?.DependsOn).toEqual(expect.arrayContaining(before));
    for (const id of after) expect(resources[id]?.DependsOn).toContain(nodes);
  });

  it('respect disruption budgets when they are replaced', () => {
    template.hasResourceProperties('AWS::EKS::Nodegroup', { ForceUpdateEnabled: false });
  });

  it.each(['cluster-autoscaler', 'aws-load-balancer-controller'])(
    'have %s, which starts once it has nodes and its role',
    (name) => {
      const [chart = ''] = idsOf((type, { Chart }) => /HelmChart$/.test(type) && Chart === name);
      const association = idsOf(
        (type, { ServiceAccount }) =>
          type === 'AWS::EKS::PodIdentityAssociation' && ServiceAccount === name,
      );
      expect(association).toHaveLength(1);
      expect(resources[chart]?.DependsOn).toEqual(expect.arrayContaining([nodes, ...association]));
      template.hasResourceProperties('Custom::AWSCDK-EKS-HelmChart', {
        Chart: name,
        Namespace: 'kube-system',
        Wait: true,
      });
    },
  );

  // kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/README.md.
  it('are scaled only if they belong to this cluster', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'ScaleGroups',
            Condition: {
              StringEquals: {
                'aws:ResourceTag/k8s.io/cluster-autoscaler/carthub-cluster': 'owned',
              },
            },
          }),
        ]),
      },
    });
  });
});
