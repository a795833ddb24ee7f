import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { build } from '../support/synthesize.ts';

const HOST = 'shop.example.com';
// The oldest images with Node 24 (aws/aws-codebuild-docker-images, al/*/standard/*/runtimes.yml).
const X86_64 = 'aws/codebuild/amazonlinux-x86_64-standard:6.0';
const AARCH64 = 'aws/codebuild/amazonlinux-aarch64-standard:4.0';

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

describe('with Stripe and receivers of events', () => {
  const snsTopicArn = 'arn:aws:sns:us-west-2:012345678901:orders.fifo';
  const eventBusArn = 'arn:aws:events:us-west-2:012345678901:event-bus/orders';
  const { cluster, cicd } = build('production', {
    stripePublishableKey: 'pk_live_1',
    snsTopicArn,
    eventBusArn,
  });

  it.each(['frontend', 'backend'])('passes them to the build of the %s', (service) => {
    expect(variablesOf(Template.fromStack(cicd), `carthub-${service}-build`)).toMatchObject({
      STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
      SNS_TOPIC_ARN: snsTopicArn,
      EVENT_BUS_ARN: eventBusArn,
    });
  });

  it('lets the worker send, and nobody else', () => {
    const statements = Object.values(
      Template.fromStack(cluster).findResources('AWS::IAM::Policy'),
    ).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.map((statement: object) => ({
        ...statement,
        role: Properties.Roles[0].Ref,
      })),
    );
    const senders = statements.filter(({ Action }) => /^(sns|events):/.test(Action));
    const role = expect.stringMatching(/^ServicesworkerRole/);
    expect(senders).toEqual([
      { Effect: 'Allow', Action: 'sns:Publish', Resource: snsTopicArn, role },
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: eventBusArn, role },
    ]);
  });
});

it('passes no host name, no key of Stripe and no receivers to the builds by default', () => {
  const names = Object.keys(
    variablesOf(Template.fromStack(build('development').cicd), 'carthub-frontend-build'),
  );
  expect(names).not.toContain('HOST_NAME');
  expect(names).not.toContain('CERTIFICATE_ARN');
  expect(names).not.toContain('MONITORING');
  expect(names).not.toContain('STRIPE_PUBLISHABLE_KEY');
  expect(names).not.toContain('SNS_TOPIC_ARN');
  expect(names).not.toContain('EVENT_BUS_ARN');
});

describe('with Graviton nodes', () => {
  const template = Template.fromStack(build('production', { compute: 'graviton' }).cicd);

  it.each([
    ['frontend', 'LINUX_CONTAINER', X86_64],
    ['backend', 'ARM_CONTAINER', AARCH64],
    ['database', 'ARM_CONTAINER', AARCH64],
  ])('the %s is built in a %s that has Node 24', (service, type, image) => {
    template.hasResourceProperties('AWS::CodeBuild::Project', {
      Name: `carthub-${service}-build`,
      Environment: Match.objectLike({ Type: type, Image: image }),
    });
  });
});
