import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

describe.each(ENVIRONMENTS)('the edge in %s', (environment) => {
  const template = templateOf(environment, 'edge');

  it('slows down an address that asks too much', () => {
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

  it('refuses what AWS knows as attacks, and does not just count it', () => {
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

  it('logs refused requests without tokens and cookies', () => {
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      RedactedFields: [
        { SingleHeader: { Name: 'authorization' } },
        { SingleHeader: { Name: 'cookie' } },
      ],
    });
  });

  it('signs customers in without telling who has an account', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      PreventUserExistenceErrors: 'ENABLED',
    });
  });

  it(`protects accounts of customers: ${environment === 'production'}`, () => {
    const isKept = environment === 'production';
    template.hasResource('AWS::Cognito::UserPool', {
      Properties: { DeletionProtection: isKept ? 'ACTIVE' : 'INACTIVE' },
      DeletionPolicy: isKept ? 'Retain' : 'Delete',
    });
  });

  it.each(['WebAclArn', 'OidcIssuer', 'OidcAudience'])('says its %s', (output) => {
    template.hasOutput(output, {});
  });
});
