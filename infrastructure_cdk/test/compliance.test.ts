import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { CfnRepository } from 'aws-cdk-lib/aws-ecr';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { build } from './support/synthesize.ts';

function findings(app: App): string[] {
  return new AwsSolutionsChecks().validateScope(app).violations.map(({ ruleName }) => ruleName);
}

function acknowledgments(app: App) {
  return app.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
}

function addRepositoryOpenToTheWorld(stack: Stack): void {
  new CfnRepository(stack, 'Open', {
    repositoryPolicyText: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
    },
  });
}

describe.each(['development', 'production'] as const)('cdk-nag AwsSolutions, %s', (environment) => {
  it('finds nothing', () => {
    expect(findings(build(environment).app)).toEqual([]);
  });

  it('is told to overlook nothing', () => {
    expect(acknowledgments(build(environment).app)).toEqual([]);
  });

  it('would find a repository that is open to the world', () => {
    const { app, stack } = build(environment);
    addRepositoryOpenToTheWorld(stack);
    expect(findings(app)).toEqual(['AwsSolutions-ECR1']);
  });

  it('stops the synthesis at a finding', () => {
    const { app, stack } = build(environment);
    addRepositoryOpenToTheWorld(stack);
    expect(() => app.synth({ force: true })).toThrow('AwsSolutions-ECR1');
  });
});
