import { CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Repository as Source } from 'aws-cdk-lib/aws-codecommit';
import { CfnSecurityGroupIngress, type IConnectable } from 'aws-cdk-lib/aws-ec2';
import { CfnRegistryScanningConfiguration, type Repository } from 'aws-cdk-lib/aws-ecr';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { GithubSource } from '../config/config.ts';
import { DeveloperPolicy } from '../constructs/delivery/developer-policy.ts';
import { GithubActionsRoles } from '../constructs/delivery/github-actions-roles.ts';
import { ReviewRule } from '../constructs/delivery/review-rule.ts';
import { ServicePipeline } from '../constructs/delivery/service-pipeline.ts';
import { ServiceProjects } from '../constructs/delivery/service-projects.ts';
import {
  SERVICES,
  type Service,
  ServiceRepository,
} from '../constructs/delivery/service-repository.ts';
import { SourceRepository } from '../constructs/delivery/source-repository.ts';
import type { ShopNetwork } from '../constructs/network/shop-network.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';
import type { ClusterStack } from './cluster-stack.ts';

export interface MicroservicesCicdStackProps extends CarthubStackProps {
  readonly network: ShopNetwork;
  readonly cluster: ClusterStack;
  /** Variables of the rendered manifests, in addition to this stack's names. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Prefixes of the outputs' logical ids, spelled out because the deployment reads them. */
const PREFIX: Readonly<Record<Service, string>> = {
  frontend: 'Frontend',
  backend: 'Backend',
  database: 'Database',
};

/** Image and source repositories and pipelines of the three services. */
export class MicroservicesCicdStack extends CarthubStack {
  readonly #props: MicroservicesCicdStackProps;
  readonly #key: Key;
  readonly #artifacts: Bucket;

  constructor(scope: Construct, id: string, props: MicroservicesCicdStackProps) {
    super(scope, id, 'delivery', props);
    this.#props = props;
    this.#key = new Key(this, 'Key', {
      alias: 'carthub-delivery',
      description: 'Sources and artifacts',
      enableKeyRotation: true,
      removalPolicy: this.dataRemovalPolicy,
    });
    this.#artifacts = this.#artifactBucket();
    const sources = props.config.github ? undefined : this.#sourceRepositories();
    const images = SERVICES.map((service) => {
      const repository = this.#imageRepository(service);
      const source = props.config.github ?? sources?.[service];
      if (source) this.#pipeline(service, repository, source);
      return repository;
    });
    if (props.config.imageScanning === 'enhanced') this.#scanByInspector();
    if (props.config.githubActions)
      new GithubActionsRoles(this, 'GithubActions', {
        repository: props.config.githubActions,
        environment: props.config.environmentName,
        images,
        cluster: props.cluster.shop.cluster,
      });
  }

  /**
   * A setting of the account's registry in this region: repositories outside of the filter keep only scans by hand.
   * Scans on push suffice for the gate; continuous ones would also cost a rescan for each new vulnerability.
   * Source: Amazon ECR User Guide, "Configuring enhanced scanning for images in Amazon ECR".
   */
  #scanByInspector(): void {
    new CfnRegistryScanningConfiguration(this, 'ImageScanning', {
      scanType: 'ENHANCED',
      rules: [
        {
          scanFrequency: 'SCAN_ON_PUSH',
          repositoryFilters: [{ filter: 'carthub-*', filterType: 'WILDCARD' }],
        },
      ],
    });
  }

  /** Kept for half a year, because a rollback of the deploy stage uses the last release's artifacts. */
  #artifactBucket(): Bucket {
    const bucket = new Bucket(this, 'Artifacts', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.#key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: Duration.days(180) }],
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only the pipelines use it, and CodePipeline records every run and its artifacts.',
    });
    return bucket;
  }

  #sourceRepositories(): Readonly<Record<Service, Source>> {
    const source = (service: Service) =>
      new SourceRepository(this, `${PREFIX[service]}Source`, {
        service,
        encryptionKey: this.#key,
        removalPolicy: this.dataRemovalPolicy,
      }).repository;
    const sources = {
      frontend: source('frontend'),
      backend: source('backend'),
      database: source('database'),
    };
    const repositories = Object.values(sources);
    new DeveloperPolicy(this, 'Developers', { repositories, encryptionKey: this.#key });
    new ReviewRule(this, 'Review', { repositories, removalPolicy: RemovalPolicy.DESTROY });
    for (const service of SERVICES)
      new CfnOutput(this, `${PREFIX[service]}CloneUrl`, {
        description: `Where sources of the ${service} are pushed`,
        value: sources[service].repositoryCloneUrlHttp,
      });
    return sources;
  }

  #pipeline(service: Service, images: Repository, source: Source | GithubSource): void {
    const { config, network, cluster, variables } = this.#props;
    const { clusterEndpoint } = config;
    const isOpen = clusterEndpoint.networks.length === 0;
    const { build, deploy } = new ServiceProjects(this, `${PREFIX[service]}Projects`, {
      service,
      images,
      cluster: cluster.shop.cluster,
      kubernetesVersion: config.kubernetesVersion,
      artifacts: this.#artifacts,
      encryptionKey: this.#key,
      architecture: config.compute === 'auto' ? 'amd64' : 'arm64',
      variables,
      network: isOpen ? undefined : { vpc: network.vpc, subnets: network.privateSubnets },
      removalPolicy: this.dataRemovalPolicy,
    });
    if (!isOpen) this.#allowClusterAccess(service, deploy);
    new ServicePipeline(this, `${PREFIX[service]}Pipeline`, {
      service,
      source,
      artifacts: this.#artifacts,
      build,
      deploy,
    });
  }

  /** Lets deploy machines inside the VPC reach the cluster's API. */
  #allowClusterAccess(service: Service, { connections }: IConnectable): void {
    const { cluster } = this.#props.cluster.shop;
    for (const { securityGroupId } of connections.securityGroups)
      new CfnSecurityGroupIngress(this, `${PREFIX[service]}DeployToCluster`, {
        description: `deployment of the ${service}`,
        groupId: cluster.clusterSecurityGroupId,
        sourceSecurityGroupId: securityGroupId,
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
      });
  }

  #imageRepository(service: Service): Repository {
    const prefix = PREFIX[service];
    const { repository } = new ServiceRepository(this, `${prefix}Repository`, {
      service,
      removalPolicy: this.dataRemovalPolicy,
    });
    new CfnOutput(this, `${prefix}RepositoryUri`, {
      description: `Where images of the ${service} are pushed`,
      value: repository.repositoryUri,
    });
    new CfnOutput(this, `${prefix}RepositoryArn`, {
      description: `For policies about images of the ${service}`,
      value: repository.repositoryArn,
    });
    return repository;
  }
}
