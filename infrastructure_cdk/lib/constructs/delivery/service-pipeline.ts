/**
 * Terminology
 * - build: runs the service's buildspec.yml; its artifact is the deploy stage's input.
 */

import type { PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import type { IRepository } from 'aws-cdk-lib/aws-codecommit';
import {
  Artifact,
  ExecutionMode,
  type IAction,
  Pipeline,
  PipelineType,
  Result,
} from 'aws-cdk-lib/aws-codepipeline';
import {
  CodeBuildAction,
  CodeCommitSourceAction,
  CodeStarConnectionsSourceAction,
} from 'aws-cdk-lib/aws-codepipeline-actions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { GithubSource } from '../../config/config.ts';
import { acknowledgeArtifacts } from './delivery-findings.ts';
import type { Service } from './service-repository.ts';

export interface ServicePipelineProps {
  readonly service: Service;
  readonly source: IRepository | GithubSource;
  readonly artifacts: Bucket;
  readonly build: PipelineProject;
  readonly deploy: PipelineProject;
}

const CONNECTION_PREFIXES = ['codeconnections', 'codestar-connections'];

/** source → build → deploy, on every change of main. */
export class ServicePipeline extends Construct {
  readonly pipeline: Pipeline;

  constructor(scope: Construct, id: string, props: ServicePipelineProps) {
    super(scope, id);
    const source = new Artifact('source');
    const release = new Artifact('release');
    this.pipeline = new Pipeline(this, 'Pipeline', {
      pipelineName: `carthub-${props.service}`,
      pipelineType: PipelineType.V2,
      // One release at a time; a later one does not supersede an earlier one.
      executionMode: ExecutionMode.QUEUED,
      artifactBucket: props.artifacts,
      usePipelineRoleForActions: true,
      stages: [
        { stageName: 'Source', actions: [sourceAction(props, source)] },
        {
          stageName: 'Build',
          actions: [
            new CodeBuildAction({
              actionName: 'Build',
              project: props.build,
              input: source,
              outputs: [release],
            }),
          ],
        },
        {
          stageName: 'Deploy',
          actions: [
            new CodeBuildAction({ actionName: 'Deploy', project: props.deploy, input: release }),
          ],
          onFailure: { result: Result.ROLLBACK },
        },
      ],
    });
    acknowledgeArtifacts(this.pipeline, props.artifacts, 'write');
    if ('connectionArn' in props.source) this.#letUseConnection(props.source.connectionArn);
  }

  /**
   * A connection has one of two prefixes, the action's prefix must match it, and CDK only grants the old one.
   * Sources: Developer Tools console user guide, "AWS managed policies for AWS CodeConnections";
   * aws/aws-cdk#31236; awslabs/landing-zone-accelerator-on-aws#828.
   */
  #letUseConnection(connectionArn: string): void {
    for (const prefix of CONNECTION_PREFIXES)
      this.pipeline.addToRolePolicy(
        new PolicyStatement({
          actions: [`${prefix}:UseConnection`],
          resources: [connectionArn.replace(/^(arn:[\w-]+):[\w-]+:/, `$1:${prefix}:`)],
        }),
      );
  }
}

function sourceAction({ service, source }: ServicePipelineProps, output: Artifact): IAction {
  if ('connectionArn' in source)
    return new CodeStarConnectionsSourceAction({
      actionName: 'GitHub',
      connectionArn: source.connectionArn,
      owner: source.owner,
      repo: `carthub-${service}`,
      branch: 'main',
      output,
    });
  return new CodeCommitSourceAction({
    actionName: 'CodeCommit',
    repository: source,
    branch: 'main',
    output,
  });
}
