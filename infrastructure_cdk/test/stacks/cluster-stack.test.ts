import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { CarthubConfig } from '../../lib/config/config.ts';
import { build, ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

const addons = (template: Template) =>
  Object.values(template.findResources('AWS::EKS::Addon'))
    .map(({ Properties }) => Properties.AddonName)
    .sort();

const withOptions = (options: Partial<CarthubConfig>) =>
  Template.fromStack(build('development', options).cluster);

describe.each(ENVIRONMENTS)('the cluster in %s', (environment) => {
  const template = templateOf(environment, 'cluster');
  const hasCluster = (properties: object) =>
    template.hasResourceProperties('AWS::EKS::Cluster', properties);

  it('runs Kubernetes 1.36 with EKS Auto Mode', () => {
    hasCluster({
      Name: 'carthub-cluster',
      Version: '1.36',
      ComputeConfig: { Enabled: true, NodePools: ['system', 'general-purpose'] },
      StorageConfig: { BlockStorage: { Enabled: true } },
      KubernetesNetworkConfig: { ElasticLoadBalancing: { Enabled: true } },
    });
  });

  it('has the addresses of Services that the network policies name', () => {
    hasCluster({ KubernetesNetworkConfig: { ServiceIpv4Cidr: '172.20.0.0/16', IpFamily: 'ipv4' } });
  });

  it('keeps all control plane logs for a month', () => {
    hasCluster({
      Logging: {
        ClusterLogging: {
          EnabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map(
            (Type) => ({ Type }),
          ),
        },
      },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/eks/carthub-cluster/cluster',
      RetentionInDays: 30,
    });
  });

  it('encrypts secrets with its own key', () => {
    hasCluster({ EncryptionConfig: [{ Resources: ['secrets'] }] });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('is administered through a role, not by its creator', () => {
    hasCluster({
      AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
    });
    template.hasResourceProperties('AWS::EKS::AccessEntry', {
      PrincipalArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('AdminRole'), 'Arn'] },
    });
  });

  it('has add-ons for secrets and metrics', () => {
    expect(addons(template)).toEqual([
      'aws-secrets-store-csi-driver-provider',
      'kube-state-metrics',
      'metrics-server',
    ]);
  });

  it.each(['frontend', 'backend', 'worker', 'database'])(
    'gives pods of %s a role by Pod Identity',
    (name) => {
      template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
        Namespace: 'shopping-cart',
        ServiceAccount: name,
      });
    },
  );
});

describe('the API of the cluster', () => {
  it.each<[string, CarthubConfig['clusterEndpoint'], object]>([
    [
      'anywhere, if IAM agrees',
      { networks: [] },
      {
        EndpointPublicAccess: true,
        EndpointPrivateAccess: true,
        PublicAccessCidrs: Match.absent(),
      },
    ],
    [
      'the networks named',
      { networks: ['192.0.2.0/24'] },
      { EndpointPublicAccess: true, PublicAccessCidrs: ['192.0.2.0/24'] },
    ],
  ])('answers %s', (_, clusterEndpoint, expected) => {
    withOptions({ clusterEndpoint }).hasResourceProperties('AWS::EKS::Cluster', {
      ResourcesVpcConfig: expected,
    });
  });
});
