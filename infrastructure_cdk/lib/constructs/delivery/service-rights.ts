// What delivers a service may do: a CodeBuild project, or a workflow of GitHub Actions.

import { Aws } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { NAMESPACE } from '../cluster/service-roles.ts';

/** The Kubernetes group that the platform's RBAC allows the manifests' custom resources. */
const DEPLOYERS = 'carthub-deployers';

export function rightsToPush(images: readonly Repository[]): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'PushImages',
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImages',
        'ecr:DescribeImageScanFindings',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:StartImageScan',
        'ecr:UploadLayerPart',
      ],
      resources: images.map(({ repositoryArn }) => repositoryArn),
    }),
    // An enhanced scan's findings are Inspector's, read with the caller's rights (Amazon ECR User Guide, "IAM
    // permissions required for enhanced scanning").
    new PolicyStatement({
      sid: 'ReadEnhancedScans',
      actions: ['inspector2:ListCoverage', 'inspector2:ListFindings'],
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'LogInToEcr',
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
    }),
  ];
}

export function rightsToDeploy(images: readonly Repository[], cluster: Cluster): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'FindCluster',
      actions: ['eks:DescribeCluster'],
      resources: [cluster.clusterArn],
    }),
    new PolicyStatement({
      sid: 'MarkRelease',
      actions: ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:PutImage'],
      resources: images.map(({ repositoryArn }) => repositoryArn),
    }),
  ];
}

/** Lets a role deploy to the shop's namespace, and nowhere else. */
export function allowNamespace(scope: Construct, cluster: Cluster, principalArn: string): void {
  const policy = 'AmazonEKSAdminPolicy';
  new CfnAccessEntry(scope, 'Access', {
    clusterName: cluster.clusterName,
    principalArn,
    kubernetesGroups: [DEPLOYERS],
    accessPolicies: [
      {
        policyArn: `arn:${Aws.PARTITION}:eks::aws:cluster-access-policy/${policy}`,
        accessScope: { type: 'namespace', namespaces: [NAMESPACE] },
      },
    ],
  });
}
