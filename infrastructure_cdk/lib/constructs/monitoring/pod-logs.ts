import type { ICluster } from 'aws-cdk-lib/aws-eks-v2';
import {
  DataIdentifier,
  DataProtectionPolicy,
  LogGroup,
  RetentionDays,
} from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DataRemovalPolicy } from '../../data-removal-policy.ts';
import { PodRole } from '../cluster/pod-role.ts';

export interface PodLogsProps {
  readonly cluster: ICluster;
  readonly removalPolicy: DataRemovalPolicy;
}

/**
 * Where platform/cluster-setup/common/logs sends the pods' logs, and its role. The services log no personal data; what
 * looks like an email address or a card number is masked nevertheless (CloudWatch Logs User Guide, "Help protect
 * sensitive log data with masking").
 */
export class PodLogs extends Construct {
  constructor(scope: Construct, id: string, { cluster, removalPolicy }: PodLogsProps) {
    super(scope, id);
    const group = new LogGroup(this, 'Group', {
      logGroupName: '/carthub/pods',
      retention: RetentionDays.ONE_MONTH,
      removalPolicy,
      dataProtectionPolicy: new DataProtectionPolicy({
        name: 'no-personal-data',
        identifiers: [DataIdentifier.EMAILADDRESS, DataIdentifier.CREDITCARDNUMBER],
      }),
    });
    const { role } = new PodRole(this, 'Pods', {
      cluster,
      namespace: 'carthub-logs',
      serviceAccount: 'fluent-bit',
    });
    group.grantWrite(role);
  }
}
