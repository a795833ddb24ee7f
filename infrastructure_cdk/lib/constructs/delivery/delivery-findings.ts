import { type CfnElement, Stack, Token } from 'aws-cdk-lib';
import type { PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { acknowledgeWildcards } from '../../acknowledge-findings.ts';

const READ_ARTIFACTS = ['Action::s3:GetObject*', 'Action::s3:GetBucket*', 'Action::s3:List*'];
const WRITE_ARTIFACTS = ['Action::s3:DeleteObject*', 'Action::s3:Abort*'];
const USE_KEY = ['Action::kms:GenerateDataKey*', 'Action::kms:ReEncrypt*'];

function logicalId(construct: IConstruct): string {
  return Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
}

/** For roles that use artifacts: CDK grants action wildcards on this one bucket and its key. */
export function acknowledgeArtifacts(
  construct: IConstruct,
  artifacts: Bucket,
  access: 'read' | 'write',
): void {
  acknowledgeWildcards(
    construct,
    'Artifacts have names that CodePipeline makes up; bucket and key are for artifacts alone.',
    ...READ_ARTIFACTS,
    ...(access === 'write' ? WRITE_ARTIFACTS : []),
    ...USE_KEY,
    `Resource::<${logicalId(artifacts)}.Arn>/*`,
  );
}

/** For a CodeBuild project: its own log streams and reports. */
export function acknowledgeOwnLogs(project: PipelineProject): void {
  const { region, account, partition } = Stack.of(project);
  const own = `${region}:${Token.isUnresolved(account) ? '<AWS::AccountId>' : account}`;
  acknowledgeWildcards(
    project,
    'CodeBuild makes up the names of log streams and reports; the prefix is of this project.',
    `Resource::arn:${partition}:logs:${own}:log-group:/aws/codebuild/<${logicalId(project)}>:*`,
    `Resource::arn:${partition}:codebuild:${own}:report-group/<${logicalId(project)}>-*`,
  );
}

/** For a CodeBuild project in the VPC. */
export function acknowledgeNetworkInterfaces(project: PipelineProject): void {
  acknowledgeWildcards(
    project,
    'CodeBuild makes its network interfaces itself, and describing the VPC knows no narrower right.',
    'Resource::*',
    'Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:network-interface/*',
  );
}
