import { Aws, Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  type BuildEnvironment,
  type BuildSpec,
  ComputeType,
  LinuxArmBuildImage,
  LinuxBuildImage,
  PipelineProject,
} from 'aws-cdk-lib/aws-codebuild';
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../../acknowledge-findings.ts';
import { NAMESPACE } from '../cluster/service-roles.ts';
import {
  acknowledgeArtifacts,
  acknowledgeNetworkInterfaces,
  acknowledgeOwnLogs,
} from './delivery-findings.ts';
import { deployBuildSpec } from './deploy-build-spec.ts';
import type { Service } from './service-repository.ts';

export interface ServiceProjectsProps {
  readonly service: Service;
  readonly images: Repository;
  readonly cluster: Cluster;
  readonly kubernetesVersion: string;
  readonly artifacts: Bucket;
  readonly encryptionKey: IKey;
  /** Processor of the nodes. */
  readonly architecture: 'amd64' | 'arm64';
  /** Environment variables for rendering manifests and for the deployment. */
  readonly variables: Readonly<Record<string, string>>;
  /** @default - the deployment reaches the cluster's API over the internet */
  readonly network?: { readonly vpc: IVpc; readonly subnets: readonly ISubnet[] };
  readonly removalPolicy: RemovalPolicy;
}

/** The Kubernetes group that the platform's RBAC allows the manifests' custom resources. */
const DEPLOYERS = 'carthub-deployers';

/** A service's two CodeBuild projects: one pushes its images, the other deploys it. */
export class ServiceProjects extends Construct {
  readonly build: PipelineProject;
  readonly deploy: PipelineProject;
  readonly #props: ServiceProjectsProps;

  constructor(scope: Construct, id: string, props: ServiceProjectsProps) {
    super(scope, id);
    this.#props = props;
    this.build = this.#project('build', undefined, { privileged: true });
    this.#letPush();
    acknowledgeArtifacts(this.build, props.artifacts, 'write');
    acknowledgeOwnLogs(this.build);
    acknowledgeWildcards(
      this.build,
      'ECR has one login for all repositories; no policy can make it narrower.',
      'Resource::*',
    );
    Validations.of(this.build).acknowledge({
      id: 'AwsSolutions-CB3',
      reason: 'Docker builds need it. The machine is discarded afterwards.',
    });
    this.deploy = this.#project('deploy', deployBuildSpec(props.service), {}, props.network);
    this.#letDeploy();
    acknowledgeArtifacts(this.deploy, props.artifacts, 'read');
    acknowledgeOwnLogs(this.deploy);
    if (props.network) acknowledgeNetworkInterfaces(this.deploy);
  }

  #project(
    what: 'build' | 'deploy',
    buildSpec: BuildSpec | undefined,
    environment: BuildEnvironment,
    network?: ServiceProjectsProps['network'],
  ): PipelineProject {
    const { service, images, cluster, kubernetesVersion, encryptionKey, architecture } =
      this.#props;
    // The browser of the frontend's tests needs amd64. Its image runs nothing during the build, so it can be
    // built for another processor.
    const isElsewhere = service === 'frontend' && what === 'build' && architecture === 'arm64';
    const variables = {
      ...(isElsewhere && { PLATFORM: `linux/${architecture}` }),
      ...this.#props.variables,
      SERVICE: service,
      REPOSITORY_NAME: images.repositoryName,
      REPOSITORY_URI: images.repositoryUri,
      CLUSTER_NAME: cluster.clusterName,
      KUBERNETES_VERSION: kubernetesVersion,
      NAMESPACE,
    };
    return new PipelineProject(this, what, {
      projectName: `carthub-${service}-${what}`,
      buildSpec,
      encryptionKey,
      environment: {
        buildImage:
          architecture === 'arm64' && !isElsewhere
            ? LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0
            : LinuxBuildImage.AMAZON_LINUX_2023_6,
        computeType: what === 'build' ? ComputeType.MEDIUM : ComputeType.SMALL,
        ...environment,
      },
      environmentVariables: Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, { value }]),
      ),
      timeout: Duration.minutes(60),
      logging: {
        cloudWatch: {
          logGroup: new LogGroup(this, `${what}-logs`, {
            logGroupName: `/aws/codebuild/carthub-${service}-${what}`,
            retention: RetentionDays.THREE_MONTHS,
            removalPolicy: this.#props.removalPolicy,
          }),
        },
      },
      ...(network && { vpc: network.vpc, subnetSelection: { subnets: [...network.subnets] } }),
    });
  }

  #letPush(): void {
    const { images } = this.#props;
    this.build.addToRolePolicy(
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
          'ecr:UploadLayerPart',
        ],
        resources: [images.repositoryArn],
      }),
    );
    this.build.addToRolePolicy(
      new PolicyStatement({
        sid: 'LogInToEcr',
        actions: ['ecr:GetAuthorizationToken'],
        resources: ['*'],
      }),
    );
  }

  #letDeploy(): void {
    const { images, cluster } = this.#props;
    this.deploy.addToRolePolicy(
      new PolicyStatement({
        sid: 'FindCluster',
        actions: ['eks:DescribeCluster'],
        resources: [cluster.clusterArn],
      }),
    );
    this.deploy.addToRolePolicy(
      new PolicyStatement({
        sid: 'MarkRelease',
        actions: ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:PutImage'],
        resources: [images.repositoryArn],
      }),
    );
    const policy = 'AmazonEKSAdminPolicy';
    new CfnAccessEntry(this, 'Access', {
      clusterName: cluster.clusterName,
      principalArn: this.deploy.role?.roleArn ?? '',
      kubernetesGroups: [DEPLOYERS],
      accessPolicies: [
        {
          policyArn: `arn:${Aws.PARTITION}:eks::aws:cluster-access-policy/${policy}`,
          accessScope: { type: 'namespace', namespaces: [NAMESPACE] },
        },
      ],
    });
  }
}
