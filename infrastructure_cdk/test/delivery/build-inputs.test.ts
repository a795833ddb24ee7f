import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { build } from '../support/synthesize.ts';

const HOST = 'shop.example.com';

function variablesOf(template: Template, project: string): Record<string, string> {
  const [found] = Object.values(
    template.findResources('AWS::CodeBuild::Project', { Properties: { Name: project } }),
  );
  const variables: { Name: string; Value: string }[] =
    found?.Properties.Environment.EnvironmentVariables ?? [];
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]));
}

describe('with a host name', () => {
  const { edge, cicd } = build('production', {
    hostName: HOST,
    certificateArn: 'arn:aws:acm:us-west-2:012345678901:certificate/x',
    monitoring: true,
  });
  const delivery = Template.fromStack(cicd);

  it('returns shoppers to the shop after signing in', () => {
    Template.fromStack(edge).hasResourceProperties('AWS::Cognito::UserPoolClient', {
      CallbackURLs: [`https://${HOST}/`],
      LogoutURLs: [`https://${HOST}/`],
      AllowedOAuthFlows: ['code'],
    });
  });

  it.each(['frontend', 'backend', 'database'])('passes it to the build of the %s', (service) => {
    expect(variablesOf(delivery, `carthub-${service}-build`)).toMatchObject({
      HOST_NAME: HOST,
      CERTIFICATE_ARN: expect.stringContaining(':certificate/x'),
      MONITORING: 'on',
    });
  });
});

it('passes no host name to the builds by default', () => {
  const names = Object.keys(
    variablesOf(Template.fromStack(build('development').cicd), 'carthub-frontend-build'),
  );
  expect(names).not.toContain('HOST_NAME');
  expect(names).not.toContain('CERTIFICATE_ARN');
  expect(names).not.toContain('MONITORING');
});

describe('with Graviton nodes', () => {
  const template = Template.fromStack(build('production', { compute: 'graviton' }).cicd);

  it.each([
    ['frontend', 'LINUX_CONTAINER', 'linux/arm64'],
    ['backend', 'ARM_CONTAINER', undefined],
    ['database', 'ARM_CONTAINER', undefined],
  ])('the %s is built in a %s', (service, type, platform) => {
    const project = `carthub-${service}-build`;
    template.hasResourceProperties('AWS::CodeBuild::Project', {
      Name: project,
      Environment: Match.objectLike({ Type: type }),
    });
    expect(variablesOf(template, project).PLATFORM).toBe(platform);
  });
});
