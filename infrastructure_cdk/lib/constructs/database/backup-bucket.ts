import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface BackupBucketProps {
  /** Followed by the account's id: names of buckets are unique in all of AWS. */
  readonly namePrefix: string;
  readonly encryptionKey: IKey;
  /** With DESTROY the backups go too. */
  readonly removalPolicy: RemovalPolicy.DESTROY | RemovalPolicy.RETAIN;
}

/** How long a backup that was deleted or overwritten can still be fetched back. */
const REMEMBERED = Duration.days(30);

/** Where `carthub-db backup` writes. It removes old backups itself; this bucket only remembers them. */
export class BackupBucket extends Construct {
  readonly bucketName: string;
  /** From the name: a policy that says it so can be read, and needs no reference. */
  readonly arn: string;
  /** The name as cdk-nag writes it. */
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
    new Bucket(this, 'Bucket', {
      ...closed,
      bucketName: this.bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.encryptionKey,
      bucketKeyEnabled: true,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: REMEMBERED,
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
  }
}
