import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { build, templateOf } from '../support/synthesize.ts';

const environments = [
  { environmentName: 'development', deletionPolicy: 'Delete', terminationProtection: false },
  {
    environmentName: 'production',
    deletionPolicy: 'RetainExceptOnCreate',
    terminationProtection: true,
  },
] as const;

describe.each(environments)('MicroservicesCicdStack in $environmentName', (expected) => {
  const { cicd: stack } = build(expected.environmentName);
  const template = templateOf(expected.environmentName, 'cicd');
  const repositories = template.findResources('AWS::ECR::Repository');

  it('has the name that cdk deploy uses', () => {
    expect(stack.stackName).toBe('MicroservicesCicdStack');
  });

  it('holds the image repositories of the three services', () => {
    const names = Object.values(repositories).map(({ Properties }) => Properties.RepositoryName);
    expect(names).toEqual(['carthub-frontend', 'carthub-backend', 'carthub-database']);
  });

  it.each(Object.keys(repositories))(
    `${expected.deletionPolicy === 'Delete' ? 'deletes' : 'keeps'} %s with the stack`,
    (logicalId) => {
      expect(repositories[logicalId]).toMatchObject({
        DeletionPolicy: expected.deletionPolicy,
        UpdateReplacePolicy: expected.deletionPolicy.replace('ExceptOnCreate', ''),
        Properties: { EmptyOnDelete: expected.deletionPolicy === 'Delete' },
      });
    },
  );

  it(`has termination protection: ${expected.terminationProtection}`, () => {
    expect(stack.terminationProtection).toBe(expected.terminationProtection);
  });

  it.each(['Frontend', 'Backend', 'Database'])('outputs the URI for %s images', (prefix) => {
    const repositoryId = Object.keys(repositories).find((id) => id.startsWith(prefix));
    const arn = { 'Fn::GetAtt': [repositoryId, 'Arn'] };
    template.hasOutput(`${prefix}RepositoryArn`, { Value: arn });
    const uri = template.findOutputs(`${prefix}RepositoryUri`);
    expect(JSON.stringify(uri)).toContain(`{"Ref":"${repositoryId}"}`);
  });
});

// A filter without a wildcard matches every name that contains it (Amazon ECR User Guide, "Configuring enhanced
// scanning for images in Amazon ECR").
describe('enhanced scanning', () => {
  const type = 'AWS::ECR::RegistryScanningConfiguration';

  it('scans pushed images of the services, and of nobody else', () => {
    const { cicd } = build('development', { imageScanning: 'enhanced' });
    Template.fromStack(cicd).hasResourceProperties(type, {
      ScanType: 'ENHANCED',
      Rules: [
        {
          ScanFrequency: 'SCAN_ON_PUSH',
          RepositoryFilters: [{ Filter: 'carthub-*', FilterType: 'WILDCARD' }],
        },
      ],
    });
  });

  it('leaves the registry as it is by default', () => {
    templateOf('production', 'cicd').resourceCountIs(type, 0);
  });
});
