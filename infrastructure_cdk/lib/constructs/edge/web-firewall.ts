import type { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface WebFirewallProps {
  readonly removalPolicy: RemovalPolicy;
}

/** Requests of one address in five minutes; a shopper in a hurry makes some hundred. */
const REQUESTS_OF_ONE_ADDRESS = 2000;

/** AWS keeps these up to date; the last two are what this shop could be asked with. */
const MANAGED_RULES = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
];

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});

/** What stands before the load balancer; the Ingress names it. */
export class WebFirewall extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      name: 'carthub',
      description: 'In front of the shop',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('carthub'),
      rules: [
        {
          name: 'rate',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              limit: REQUESTS_OF_ONE_ADDRESS,
              evaluationWindowSec: 300,
            },
          },
          visibilityConfig: visible('carthub-rate'),
        },
        ...MANAGED_RULES.map((name, index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
          visibilityConfig: visible(name),
        })),
      ],
    });
    this.arn = acl.attrArn;
    // WAF accepts only log groups with names that begin like this.
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: 'aws-waf-logs-carthub',
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [logGroup.logGroupArn],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }],
          },
        ],
      },
      redactedFields: [
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
      ],
    });
  }
}
