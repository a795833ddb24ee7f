import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

const template = templateOf('production', 'operations');
const toTopic = [{ Ref: Match.stringLikeRegexp('^Alarms') }];

describe('alarms of the database', () => {
  it.each([
    ['cpu', 'CPUUtilization', 80],
    ['storage', 'FreeStorageSpace', 15 * 1024 ** 3],
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

// RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling": it begins at 10 %.
describe.each(ENVIRONMENTS)('storage in %s', (environment) => {
  const operations = templateOf(environment, 'operations');

  it('raises an alarm before autoscaling begins, and not while most of it is free', () => {
    const data = templateOf(environment, 'data');
    const [database] = Object.values(data.findResources('AWS::RDS::DBInstance'));
    const allocated = Number(database?.Properties.AllocatedStorage) * 1024 ** 3;
    const [alarm] = Object.values(
      operations.findResources('AWS::CloudWatch::Alarm', {
        Properties: { MetricName: 'FreeStorageSpace' },
      }),
    );
    expect(alarm?.Properties.Threshold).toBeGreaterThan(0.1 * allocated);
    expect(alarm?.Properties.Threshold).toBeLessThanOrEqual(0.2 * allocated);
  });

  it('reports the end of autoscaling', () => {
    operations.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.rds'],
        detail: { EventID: Match.arrayWith(['RDS-EVENT-0007', 'RDS-EVENT-0225']) },
      },
      Targets: [Match.objectLike({ Arn: toTopic[0] })],
    });
  });
});

it("counts the load balancer's own errors without its generated name", () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'carthub-load-balancer-errors',
    Metrics: [
      Match.objectLike({
        Expression:
          'SELECT SUM(HTTPCode_ELB_5XX_Count) FROM SCHEMA("AWS/ApplicationELB", LoadBalancer)',
        Period: 300,
      }),
    ],
    Threshold: 10,
    EvaluationPeriods: 2,
    TreatMissingData: 'notBreaching',
    AlarmActions: toTopic,
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

it('encrypts the topic with a key that alarms, events and alerts can use', () => {
  template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  const keys = JSON.stringify(template.findResources('AWS::KMS::Key'));
  for (const service of ['cloudwatch', 'events', 'aps'])
    expect(keys).toContain(`"${service}.amazonaws.com"`);
});

it('sets the budget from the inputs', () => {
  template.hasResourceProperties('AWS::Budgets::Budget', {
    Budget: { BudgetLimit: { Amount: 900, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
  });
});

it('sends emails, in development only if an address is set', () => {
  template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'operator@example.com' });
  template.hasResourceProperties('AWS::Budgets::Budget', {
    NotificationsWithSubscribers: [Match.anyValue(), Match.anyValue()],
  });
  templateOf('development', 'operations').resourceCountIs('AWS::SNS::Subscription', 0);
});
