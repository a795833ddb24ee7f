import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IAlarmAction,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { BackupBucket } from './backup-bucket.ts';
import { COPY_RULE, type CopyTarget } from './backup-replication.ts';

export interface BackupCopyAlarmProps {
  readonly backups: BackupBucket;
  readonly target: CopyTarget;
  readonly action: IAlarmAction;
}

/**
 * A copy that fails is not tried again, and without this nobody sees it until the copy is needed. Source: Amazon S3 User
 * Guide, "Using S3 Replication metrics".
 */
export class BackupCopyAlarm extends Construct {
  constructor(scope: Construct, id: string, { backups, target, action }: BackupCopyAlarmProps) {
    super(scope, id);
    new Metric({
      namespace: 'AWS/S3',
      metricName: 'OperationsFailedReplication',
      dimensionsMap: {
        SourceBucket: backups.bucketName,
        DestinationBucket: `${target.namePrefix}-${target.account}`,
        RuleId: COPY_RULE,
      },
      period: Duration.minutes(5),
      statistic: Stats.SUM,
    })
      .createAlarm(this, 'Failed', {
        alarmName: 'carthub-backup-copies-failed',
        alarmDescription: `A backup was not copied to ${target.region}.`,
        threshold: 0,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        // Sent only while something is copied.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      .addAlarmAction(action);
  }
}
