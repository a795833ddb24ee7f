import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IAlarmAction,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';

export interface DatabaseAlarmsProps {
  readonly instance: DatabaseInstance;
  readonly maxConnections: number;
  /** At creation; autoscaling adds to it. */
  readonly storageGib: number;
  readonly action: IAlarmAction;
}

interface Threshold {
  readonly name: string;
  readonly metric: string;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly meaning: string;
}

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

/**
 * Of the storage at creation. RDS adds storage when at most 10 % are free for five minutes, and not again for six hours
 * (RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling"): the alarm comes before the
 * first growth. Later that begins above it, so that the alarm means that growth does not keep up, or has ended.
 */
const FREE_STORAGE_SHARE = 0.15;

const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;

/** Three periods of 5 minutes, so that one slow query or backup raises no alarm. */
const PERIODS = 3;

function thresholds({ maxConnections, storageGib }: DatabaseAlarmsProps): readonly Threshold[] {
  const freeGib = storageGib * FREE_STORAGE_SHARE;
  return [
    {
      name: 'cpu',
      metric: 'CPUUtilization',
      threshold: 80,
      comparison: GREATER_THAN_THRESHOLD,
      meaning: 'The database computes at over 80 %',
    },
    {
      name: 'storage',
      metric: 'FreeStorageSpace',
      threshold: freeGib * GIBIBYTE,
      comparison: LESS_THAN_THRESHOLD,
      meaning: `Less than ${freeGib} GiB are free: storage is about to grow, or does not keep up`,
    },
    {
      name: 'memory',
      metric: 'FreeableMemory',
      threshold: 64 * MEBIBYTE,
      comparison: LESS_THAN_THRESHOLD,
      meaning: 'Less than 64 MiB of memory are free',
    },
    {
      name: 'connections',
      metric: 'DatabaseConnections',
      threshold: Math.floor(maxConnections * 0.8),
      comparison: GREATER_THAN_THRESHOLD,
      meaning: 'Four of five connections are taken',
    },
  ];
}

/** Alarms on metrics that only RDS has. Prometheus covers what the shop sees of the database. */
export class DatabaseAlarms extends Construct {
  constructor(scope: Construct, id: string, props: DatabaseAlarmsProps) {
    super(scope, id);
    for (const { name, metric, threshold, comparison, meaning } of thresholds(props))
      props.instance
        .metric(metric, { period: Duration.minutes(5), statistic: Stats.AVERAGE })
        .createAlarm(this, name, {
          alarmName: `carthub-database-${name}`,
          alarmDescription: `${meaning}.`,
          threshold,
          comparisonOperator: comparison,
          evaluationPeriods: PERIODS,
          treatMissingData: TreatMissingData.BREACHING,
        })
        .addAlarmAction(props.action);
  }
}
