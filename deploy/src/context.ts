import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeCommitClient } from '@aws-sdk/client-codecommit';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { KMSClient } from '@aws-sdk/client-kms';
import { RDSClient } from '@aws-sdk/client-rds';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { STSClient } from '@aws-sdk/client-sts';
import type { Options } from './options.ts';
import type { Assembly } from './templates/assembly.ts';

/** Given to each step. The steps Account and Templates set `account` and `assembly`. */
export interface Context {
  readonly options: Options;
  readonly aws: ReturnType<typeof clientsFor>;
  /** Root folder of the checkout. */
  readonly root: string;
  /** For child processes: region, profile, no colors. */
  readonly env: NodeJS.ProcessEnv;
  /** Interval between two polls of AWS. */
  readonly pollMs: number;
  readonly signal: AbortSignal;
  log(line: string): void;
  /** What a dry run could not check, for its last lines. */
  readonly unchecked: string[];
  /** Set by the step Account if a dry run has no credentials. */
  isOffline?: boolean;
  account?: string;
  assembly?: Assembly;
  monthlyUsd?: number;
  address?: string;
}

/** One client per service, with the same credentials and retries. */
export function clientsFor({ region, profile }: Options) {
  const config = { region, maxAttempts: 6, ...(profile && { profile }) };
  return {
    cloudFormation: new CloudFormationClient(config),
    codeCommit: new CodeCommitClient(config),
    cognito: new CognitoIdentityProviderClient(config),
    ec2: new EC2Client(config),
    ecr: new ECRClient(config),
    eks: new EKSClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    kms: new KMSClient(config),
    logs: new CloudWatchLogsClient(config),
    pipelines: new CodePipelineClient(config),
    quotas: new ServiceQuotasClient(config),
    rds: new RDSClient(config),
    route53: new Route53Client(config),
    s3: new S3Client(config),
    secrets: new SecretsManagerClient(config),
    sts: new STSClient(config),
    tags: new ResourceGroupsTaggingAPIClient(config),
  };
}

/** @throws Error if the step that sets the value has not run: the list of steps is wrong */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is not set yet.`);
  return value;
}
