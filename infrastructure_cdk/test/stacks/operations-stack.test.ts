import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { build, templateOf } from '../support/synthesize.ts';

const template = templateOf('production', 'operations');
const toTopic = [{ Ref: Match.stringLikeRegexp('^Alarms') }];

describe('alarms of the database', () => {
  it.each([
    ['cpu', 'CPUUtilization', 80],
    ['storage', 'FreeStorageSpace', 4 * 1024 ** 3],
    ['memory', 'FreeableMemory', 64 * 1024 ** 2],
    ['connections', 'DatabaseConnections', 160],
  ])('%s: %s beyond %d, and no news is bad news', (name, metric, threshold) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `carthub-database-${name}`,
      MetricName: metric,
      Threshold: threshold,
      TreatMissingData: 'breaching',
      AlarmActions: toTopic,
    });
  });
});

it('reports a failed pipeline', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      detail: {
        state: ['FAILED'],
        pipeline: ['carthub-frontend', 'carthub-backend', 'carthub-database'],
      },
    },
    Targets: [Match.objectLike({ Arn: toTopic[0] })],
  });
});

it('encrypts the topic with a key that alarms and events can use', () => {
  template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  const keys = JSON.stringify(template.findResources('AWS::KMS::Key'));
  for (const service of ['cloudwatch', 'events'])
    expect(keys).toContain(`"${service}.amazonaws.com"`);
});

it('sets the budget from the inputs', () => {
  template.hasResourceProperties('AWS::Budgets::Budget', {
    Budget: { BudgetLimit: { Amount: 900, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
  });
});

it('sends emails only if an address is set', () => {
  const { operations } = build('production', { alarmEmail: 'operator@example.com' });
  const written = Template.fromStack(operations);
  written.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'operator@example.com' });
  written.hasResourceProperties('AWS::Budgets::Budget', {
    NotificationsWithSubscribers: [Match.anyValue(), Match.anyValue()],
  });
  template.resourceCountIs('AWS::SNS::Subscription', 0);
});
