import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IAlarmAction,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/** As the rules of the API: ten errors in an hour alone raise no alarm. */
const MAX_ERRORS = 10;

/**
 * 502, 503 and 504 of the load balancer itself, which no pod sees. Kubernetes creates it, and the dimension
 * `app/NAME/ID` ends with a generated id, even if an annotation sets the name; alarms take no SEARCH. A Metrics Insights
 * query names no load balancer: it counts all in the account and region, which each environment has for itself
 * (CloudWatch User Guide, "Create a CloudWatch alarm based on a Metrics Insights query").
 */
export class LoadBalancerAlarm extends Construct {
  constructor(scope: Construct, id: string, action: IAlarmAction) {
    super(scope, id);
    new MathExpression({
      expression:
        'SELECT SUM(HTTPCode_ELB_5XX_Count) FROM SCHEMA("AWS/ApplicationELB", LoadBalancer)',
      label: '5xx of the load balancer',
      period: Duration.minutes(5),
    })
      .createAlarm(this, 'Errors', {
        alarmName: 'carthub-load-balancer-errors',
        alarmDescription: `The load balancer itself answered over ${MAX_ERRORS} requests with 5xx in five minutes, twice in a row.`,
        threshold: MAX_ERRORS,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 2,
        // Reported only if there are any (ELB, "CloudWatch metrics for your Application Load Balancer").
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      .addAlarmAction(action);
  }
}
