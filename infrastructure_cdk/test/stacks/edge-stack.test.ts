import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { build, ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

describe.each(ENVIRONMENTS)('the edge in %s', (environment) => {
  const template = templateOf(environment, 'edge');

  it('limits the request rate of an address', () => {
    template.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      Rules: Match.arrayWith([
        Match.objectLike({
          Statement: { RateBasedStatement: { Limit: 2000, EvaluationWindowSec: 300 } },
          Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
        }),
      ]),
    });
  });

  it('blocks known attacks instead of counting them', () => {
    const [acl] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
    const managed = acl?.Properties.Rules.slice(1);
    expect(managed.map(({ Name }: { Name: string }) => Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesSQLiRuleSet',
    ]);
    for (const rule of managed) expect(rule.OverrideAction).toEqual({ None: {} });
  });

  it('logs blocked requests without tokens and cookies', () => {
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      RedactedFields: [
        { SingleHeader: { Name: 'authorization' } },
        { SingleHeader: { Name: 'cookie' } },
      ],
    });
  });

  it('does not reveal at sign-in whether an account exists', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      PreventUserExistenceErrors: 'ENABLED',
    });
  });

  it(`protects customer accounts from deletion: ${environment === 'production'}`, () => {
    const isKept = environment === 'production';
    template.hasResource('AWS::Cognito::UserPool', {
      Properties: { DeletionProtection: isKept ? 'ACTIVE' : 'INACTIVE' },
      DeletionPolicy: isKept ? 'RetainExceptOnCreate' : 'Delete',
    });
  });

  it.each(['WebAclArn', 'OidcIssuer', 'OidcAudience'])('outputs its %s', (output) => {
    template.hasOutput(output, {});
  });
});

describe('the certificate', () => {
  const hostName = 'shop.example.com';
  const ZONE = { hostName, hostedZoneId: 'Z0123456789' };
  const withZone = (more: { certificateArn?: string } = {}) => {
    const { edge, cicd } = build('production', { ...ZONE, ...more });
    return { edge: Template.fromStack(edge), cicd: JSON.stringify(Template.fromStack(cicd)) };
  };

  it('is issued by way of the zone and given to the builds', () => {
    const { edge, cicd } = withZone();
    edge.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: hostName,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: hostName, HostedZoneId: ZONE.hostedZoneId }],
    });
    edge.hasOutput('HostedZoneId', { Value: ZONE.hostedZoneId });
    edge.hasOutput('HostName', { Value: hostName });
    expect(cicd).toContain('CERTIFICATE_ARN');
  });

  it('is not made if there is one, or no zone', () => {
    const certificateArn = 'arn:aws:acm:us-west-2:111111111111:certificate/x';
    const { edge, cicd } = withZone({ certificateArn });
    edge.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    edge.hasOutput('HostedZoneId', { Value: ZONE.hostedZoneId });
    expect(cicd).toContain(certificateArn);
    templateOf('production', 'edge').resourceCountIs('AWS::CertificateManager::Certificate', 0);
  });
});
