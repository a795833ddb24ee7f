import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Cluster, KubectlProviderOptions } from 'aws-cdk-lib/aws-eks-v2';
import type { Construct, IConstruct } from 'constructs';
import { acknowledgeManagedPolicies, acknowledgeWildcards } from '../../acknowledge-findings.ts';

/**
 * The functions with which CloudFormation installs Helm charts. They administer the cluster, so that nobody has to
 * install charts by hand between two stacks. Only node groups need them.
 */
export function chartInstaller(scope: Construct): KubectlProviderOptions {
  return { kubectlLayer: new KubectlV36Layer(scope, 'Kubectl') };
}

export function acknowledgeChartInstaller(cluster: Cluster): void {
  const provider = cluster.node.findChild('KubectlProvider');
  const handler = provider.node.findChild('Handler');
  const reason = "CDK's own functions: they write logs, join the VPC and read charts.";
  const publicRegistry = {
    'Fn::If': [
      logicalId(handler.node.findChild('HasEcrPublic')),
      {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly',
          ],
        ],
      },
      { Ref: 'AWS::NoValue' },
    ],
  };
  acknowledgeManagedPolicies(
    provider,
    reason,
    'service-role/AWSLambdaBasicExecutionRole',
    'service-role/AWSLambdaVPCAccessExecutionRole',
    'AmazonEC2ContainerRegistryReadOnly',
  );
  Validations.of(provider).acknowledge({
    id: `AwsSolutions-IAM4[Policy::${JSON.stringify(publicRegistry)}]`,
    reason,
  });
  Validations.of(provider).acknowledge({
    id: 'AwsSolutions-L1',
    reason: 'CDK chooses the runtime that its own function is tested with.',
  });
  const handlerId = logicalId(handler.node.findChild('Resource'));
  acknowledgeWildcards(
    provider,
    'One function of CDK calls the other one, in any version.',
    `Resource::<${handlerId}.Arn>:*`,
  );
}

function logicalId(construct: IConstruct): string {
  return Stack.of(construct).getLogicalId(construct as CfnElement);
}
