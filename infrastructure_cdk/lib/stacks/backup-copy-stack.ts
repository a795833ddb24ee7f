import { CfnOutput } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { BackupCopyConfig } from '../config/backup-copy.ts';
import { BackupBucket } from '../constructs/database/backup-bucket.ts';
import { admitReplication, copyTarget } from '../constructs/database/backup-replication.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';

export interface BackupCopyStackProps extends CarthubStackProps {
  readonly copy: BackupCopyConfig;
}

/**
 * Where backups are copied to: another region, and if the inputs name one another account, whose administrators are
 * not the shop's. Deployed before the data stack that copies to it.
 */
export class BackupCopyStack extends CarthubStack {
  constructor(scope: Construct, id: string, props: BackupCopyStackProps) {
    const { copy, config } = props;
    super(scope, id, 'copy of backups', props);
    const target = copyTarget(config, copy);
    const encryptionKey = new Key(this, 'Key', {
      alias: target.keyAlias,
      description: 'Copies of backups',
      enableKeyRotation: true,
      removalPolicy: this.dataRemovalPolicy,
    });
    const backups = new BackupBucket(this, 'Backups', {
      namePrefix: target.namePrefix,
      encryptionKey,
      removalPolicy: this.dataRemovalPolicy,
      copy: { expireAfterDays: target.expireAfterDays, lock: copy.lock },
    });
    if (copy.account !== undefined) {
      admitReplication({ bucket: backups.bucket, key: encryptionKey, target, config });
    }
    new CfnOutput(this, 'CopyPlace', {
      description: 'What carthub-db restore --from wants, with AWS_REGION of this stack',
      value: `s3://${backups.bucketName}/carthub`,
    });
    new CfnOutput(this, 'CopyKeyArn', {
      description: 'The input databaseCopyKey, to replicate automated backups of RDS too',
      value: encryptionKey.keyArn,
    });
  }
}
