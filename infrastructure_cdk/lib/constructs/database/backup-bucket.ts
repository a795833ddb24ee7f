import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { CopyLock } from '../../config/backup-copy.ts';
import type { DataRemovalPolicy } from '../../data-removal-policy.ts';

export interface BackupBucketProps {
  /** The account id is appended, because bucket names are global in AWS. */
  readonly namePrefix: string;
  readonly encryptionKey: IKey;
  /** DESTROY deletes the backups too. */
  readonly removalPolicy: DataRemovalPolicy;
  /** @default - it is no copy: carthub-db removes old backups */
  readonly copy?: {
    readonly expireAfterDays: number;
    readonly lock?: CopyLock | undefined;
  };
}

/** How long a deleted or overwritten backup can be restored. */
const VERSION_RETENTION = Duration.days(30);

/** Destination of `carthub-db backup`, which removes old backups itself; the bucket keeps their versions. */
export class BackupBucket extends Construct {
  readonly bucket: Bucket;
  readonly bucketName: string;
  /** Built from the name, so that policies are readable and need no cross-stack reference. */
  readonly arn: string;
  /** The name in cdk-nag's notation. */
  readonly namePattern: string;

  constructor(scope: Construct, id: string, props: BackupBucketProps) {
    super(scope, id);
    const { removalPolicy, namePrefix } = props;
    this.bucketName = `${namePrefix}-${Aws.ACCOUNT_ID}`;
    this.namePattern = `${namePrefix}-<AWS::AccountId>`;
    this.arn = `arn:${Aws.PARTITION}:s3:::${this.bucketName}`;
    const closed: BucketProps = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    };
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...closed,
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    Validations.of(accessLogs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'This is the bucket of access logs; logging its own accesses would never end.',
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...closed,
      bucketName: this.bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.encryptionKey,
      bucketKeyEnabled: true,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      ...lockOf(props.copy?.lock),
      lifecycleRules: [
        // Nobody prunes copies. An expired one can be restored like a removed one; a locked one stays until its day.
        ...(props.copy ? [{ expiration: Duration.days(props.copy.expireAfterDays) }] : []),
        {
          noncurrentVersionExpiration: VERSION_RETENTION,
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
  }
}

function lockOf(lock: CopyLock | undefined): Partial<BucketProps> {
  if (lock === undefined) return {};
  const days = Duration.days(lock.days);
  const { mode } = lock;
  const retention =
    mode === 'compliance'
      ? ObjectLockRetention.compliance(days)
      : ObjectLockRetention.governance(days);
  return { objectLockDefaultRetention: retention };
}
