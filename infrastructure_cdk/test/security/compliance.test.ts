import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { CfnRepository } from 'aws-cdk-lib/aws-ecr';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { CarthubConfig } from '../../lib/config/config.ts';
import { build, ENVIRONMENTS } from '../support/synthesize.ts';

function findings(app: App): string[] {
  return new AwsSolutionsChecks().validateScope(app).violations.map(({ ruleName }) => ruleName);
}

/** One line per acknowledged finding: where, which rule, why. */
function acknowledgedFindings(app: App): string[] {
  return app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries(data as Record<string, string>))
        .map(([rule, reason]) => `${node.path} | ${rule} | ${reason}`),
    )
    .sort();
}

function addRepositoryOpenToTheWorld(stack: Stack): void {
  new CfnRepository(stack, 'Open', {
    repositoryPolicyText: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
    },
  });
}

describe.each(ENVIRONMENTS)('cdk-nag AwsSolutions, %s', (environment) => {
  it('has no findings', () => {
    expect(findings(build(environment).app)).toEqual([]);
  });

  it('has exactly the acknowledged findings listed in acknowledged-findings/', async () => {
    const list = `${acknowledgedFindings(build(environment).app).join('\n')}\n`;
    await expect(list).toMatchFileSnapshot(`acknowledged-findings/${environment}.txt`);
  });

  it('has a reason for every acknowledged finding', () => {
    for (const line of acknowledgedFindings(build(environment).app))
      expect(line.split(' | ')[2]?.length, line).toBeGreaterThan(40);
  });

  it('finds a repository with public access', () => {
    const { app, cicd } = build(environment);
    addRepositoryOpenToTheWorld(cicd);
    expect(findings(app)).toEqual(['AwsSolutions-ECR1']);
  });
});

it.each<Partial<CarthubConfig>>([
  { compute: 'graviton' },
  { compute: 'spot', clusterEndpoint: { networks: ['192.0.2.0/24'] } },
  { natGateways: 1, interfaceEndpoints: true },
])('finds nothing in the variant %j', (options) => {
  expect(findings(build('production', options).app)).toEqual([]);
});

it('fails the synthesis on a finding', () => {
  const { app, cicd } = build('development');
  addRepositoryOpenToTheWorld(cicd);
  expect(() => app.synth({ force: true })).toThrow('AwsSolutions-ECR1');
});
