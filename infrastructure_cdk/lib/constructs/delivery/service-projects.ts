import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
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
import type { Cluster } from 'aws-cdk-lib/aws-eks-v2';
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
import { allowNamespace, rightsToDeploy, rightsToPush } from './service-rights.ts';

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

/** A service's two CodeBuild projects: one pushes its images, the other deploys it. */
export class ServiceProjects extends Construct {
  readonly build: PipelineProject;
  readonly deploy: PipelineProject;
  readonly #props: ServiceProjectsProps;

  constructor(scope: Construct, id: string, props: ServiceProjectsProps) {
    super(scope, id);
    this.#props = props;
    this.build = this.#project('build', undefined, { privileged: true });
    for (const right of rightsToPush([props.images])) this.build.addToRolePolicy(right);
    acknowledgeArtifacts(this.build, props.artifacts, 'write');
    acknowledgeOwnLogs(this.build);
    acknowledgeWildcards(
      this.build,
      'ECR has one login for all repositories, and Inspector lists findings of an account; no policy can make it narrower.',
      'Resource::*',
    );
    Validations.of(this.build).acknowledge({
      id: 'AwsSolutions-CB3',
      reason: 'Docker builds need it. The machine is discarded afterwards.',
    });
    this.deploy = this.#project('deploy', deployBuildSpec(), {}, props.network);
    for (const right of rightsToDeploy([props.images], props.cluster))
      this.deploy.addToRolePolicy(right);
    allowNamespace(this, props.cluster, this.deploy.role?.roleArn ?? '');
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
    // Tests run on the nodes' processor, except the frontend's: their browser needs amd64. The image is for both.
    const isElsewhere = service === 'frontend' && what === 'build' && architecture === 'arm64';
    const variables = {
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
        // Both have Node 24, which buildspec.yml selects; arm64's 3.0 ends at 22 (aws/aws-codebuild-docker-images,
        // al/*/standard/*/runtimes.yml).
        buildImage:
          architecture === 'arm64' && !isElsewhere
            ? LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0
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
}
