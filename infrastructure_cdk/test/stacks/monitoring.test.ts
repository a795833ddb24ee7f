import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

const toTopic = [{ Ref: Match.stringLikeRegexp('^Alarms') }];

/** A string that CloudFormation joins, with the names of resources in it. */
const joined = (value: unknown): string =>
  JSON.stringify(value).replaceAll('\\n', '\n').replaceAll('\\"', '"');

describe.each(ENVIRONMENTS)('monitoring of the cluster in %s', (environment) => {
  const template = templateOf(environment, 'operations');
  const [workspace] = Object.entries(template.findResources('AWS::APS::Workspace'));

  it('evaluates every file of rules', () => {
    const rules = template.findResources('AWS::APS::RuleGroupsNamespace');
    const names = Object.values(rules).map(({ Properties }) => Properties.Name);
    expect(names.sort()).toEqual(['backend', 'database', 'pods', 'service-level', 'worker']);
    for (const { Properties } of Object.values(rules)) {
      expect(Properties.Workspace).toEqual({ 'Fn::GetAtt': [workspace?.[0], 'Arn'] });
      expect(Properties.Data).toMatch(/^groups:\n {2}- name: carthub-/);
    }
  });

  it('sends alerts and their end to the topic, critical ones again every four hours', () => {
    const definition = joined(workspace?.[1].Properties.AlertManagerDefinition);
    expect(definition).toMatch(/topic_arn: ",\{"Ref":"Alarms\w+"\}/);
    expect(definition).toContain('region: us-west-2\n          send_resolved: true');
    expect(definition).toMatch(/severity="critical".*\n.*\n +repeat_interval: 4h/);
  });

  it('lets the workspace, and no other, publish to the topic', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'aps.amazonaws.com' },
            Action: ['sns:GetTopicAttributes', 'sns:Publish'],
            Condition: {
              ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [workspace?.[0], 'Arn'] } },
              StringEquals: { 'aws:SourceAccount': Match.anyValue() },
            },
          }),
        ]),
      },
    });
  });

  it('collects through the database subnets, where no pod has an address', () => {
    const [scraper] = Object.values(template.findResources('AWS::APS::Scraper'));
    const { EksConfiguration: source } = scraper?.Properties.Source ?? {};
    expect(JSON.stringify(source.SubnetIds).match(/(public|private|database)Subnet\d/g)).toEqual([
      'databaseSubnet1',
      'databaseSubnet2',
      'databaseSubnet3',
    ]);
    expect(source.SecurityGroupIds).toEqual([
      { 'Fn::GetAtt': [expect.stringMatching(/^MonitoringCollector/), 'GroupId'] },
    ]);
  });

  it('raises an alarm if alerts cannot be delivered', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'carthub-alerts-undelivered',
      Namespace: 'AWS/Prometheus',
      MetricName: 'AlertManagerNotificationsFailed',
      TreatMissingData: 'notBreaching',
      AlarmActions: toTopic,
    });
  });
});

describe.each(ENVIRONMENTS)('logs of pods in %s', (environment) => {
  const template = templateOf(environment, 'cluster');

  it('are kept for a month, and show no email addresses and card numbers', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/carthub/pods',
      RetentionInDays: 30,
      DataProtectionPolicy: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Operation: { Deidentify: { MaskConfig: {} } } }),
        ]),
      }),
    });
  });

  it('are written by a role that can write to this group only', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PodLogsGroup'), 'Arn'] },
          },
        ],
      },
      Roles: [{ Ref: Match.stringLikeRegexp('^PodLogsPodsRole') }],
    });
  });
});
