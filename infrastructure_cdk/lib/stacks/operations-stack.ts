import { CfnOutput } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { BackupCopyAlarm } from '../constructs/database/backup-copy-alarm.ts';
import { copyTarget } from '../constructs/database/backup-replication.ts';
import { DatabaseAlarms } from '../constructs/database/database-alarms.ts';
import { SERVICES } from '../constructs/delivery/service-repository.ts';
import { LoadBalancerAlarm } from '../constructs/edge/load-balancer-alarm.ts';
import { ClusterMonitoring } from '../constructs/monitoring/cluster-monitoring.ts';
import type { ShopNetwork } from '../constructs/network/shop-network.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';
import type { ClusterStack } from './cluster-stack.ts';
import type { DataStack } from './data-stack.ts';

export interface OperationsStackProps extends CarthubStackProps {
  readonly network: ShopNetwork;
  readonly data: DataStack;
  readonly cluster: ClusterStack;
}

/** Notifies the operator: alarms, failed pipelines and the budget. */
export class OperationsStack extends CarthubStack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, 'operations', props);
    const { alarmEmail, monthlyBudgetUsd, environmentName, backupCopy } = props.config;
    this.topic = this.#topic(alarmEmail);
    const action = new SnsAction(this.topic);
    new DatabaseAlarms(this, 'Database', {
      instance: props.data.database.instance,
      maxConnections: props.data.maxConnections,
      storageGib: props.data.storageGib,
      action,
    });
    if (backupCopy) {
      const { backups } = props.data;
      const target = copyTarget(props.config, backupCopy);
      new BackupCopyAlarm(this, 'BackupCopies', { backups, target, action });
    }
    new LoadBalancerAlarm(this, 'LoadBalancer', action);
    new ClusterMonitoring(this, 'Monitoring', {
      cluster: props.cluster.shop.cluster,
      vpc: props.network.vpc,
      subnets: props.network.databaseSubnets,
      topic: this.topic,
      action,
    });
    this.#reportFailedPipelines();
    this.#reportEndOfStorage(props.data.database.instance.instanceIdentifier);
    this.#budget(environmentName, monthlyBudgetUsd, alarmEmail);
    new CfnOutput(this, 'AlarmTopicArn', {
      description: 'Where alarms are published',
      value: this.topic.topicArn,
    });
  }

  /** With its own key, because alarms cannot use SNS's AWS managed key. */
  #topic(email: string | undefined): Topic {
    const key = new Key(this, 'Key', {
      description: 'Alarms',
      enableKeyRotation: true,
      removalPolicy: this.dataRemovalPolicy,
    });
    for (const service of ['cloudwatch', 'events', 'aps'])
      key.grantEncryptDecrypt(new ServicePrincipal(`${service}.amazonaws.com`));
    const topic = new Topic(this, 'Alarms', {
      topicName: 'carthub-alarms',
      masterKey: key,
      enforceSSL: true,
    });
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    if (email) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }

  #reportFailedPipelines(): void {
    new Rule(this, 'FailedPipelines', {
      ruleName: 'carthub-failed-pipelines',
      description: 'A pipeline of the shop has failed',
      eventPattern: {
        source: ['aws.codepipeline'],
        detailType: ['CodePipeline Pipeline Execution State Change'],
        detail: {
          state: ['FAILED'],
          pipeline: SERVICES.map((service) => `carthub-${service}`),
        },
      },
      targets: [
        new SnsTopic(this.topic, {
          message: RuleTargetInput.fromText('A pipeline of Carthub has failed: see CodePipeline.'),
        }),
      ],
    });
  }

  /**
   * The end of storage autoscaling, which no metric shows: exhausted, cannot scale, will reach the maximum, has used 80 %
   * of it (RDS User Guide, "Amazon RDS event categories and event messages").
   */
  #reportEndOfStorage(instanceIdentifier: string): void {
    new Rule(this, 'EndOfStorage', {
      ruleName: 'carthub-end-of-storage',
      description: "The database's storage cannot grow much longer",
      eventPattern: {
        source: ['aws.rds'],
        detailType: ['RDS DB Instance Event'],
        detail: {
          SourceIdentifier: [instanceIdentifier],
          EventID: ['RDS-EVENT-0007', 'RDS-EVENT-0223', 'RDS-EVENT-0224', 'RDS-EVENT-0225'],
        },
      },
      targets: [
        new SnsTopic(this.topic, {
          message: RuleTargetInput.fromText(
            "The database's storage cannot grow much longer: raise maxStorageGib. See RDS's events.",
          ),
        }),
      ],
    });
  }

  /** For the whole account: a tag filter matches nothing until the tags are activated in billing. */
  #budget(environment: string, limit: number, email: string | undefined): void {
    const notify = (notificationType: string, threshold: number, address: string) => ({
      notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN' },
      subscribers: [{ subscriptionType: 'EMAIL', address }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `carthub-${environment}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limit, unit: 'USD' },
      },
      notificationsWithSubscribers: email
        ? [notify('ACTUAL', 80, email), notify('FORECASTED', 100, email)]
        : undefined,
    });
  }
}
