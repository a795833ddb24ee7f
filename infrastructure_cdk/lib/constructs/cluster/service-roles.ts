import type { ICluster } from 'aws-cdk-lib/aws-eks-v2';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../../acknowledge-findings.ts';
import type { BackupBucket } from '../database/backup-bucket.ts';
import type { Service } from '../delivery/service-repository.ts';
import { PodRole } from './pod-role.ts';

/** As in the services' manifests. */
export const NAMESPACE = 'shopping-cart';

export interface ServiceRolesProps {
  readonly cluster: ICluster;
  readonly encryptionKey: IKey;
  readonly ownerSecret: ISecret;
  readonly backendSecret: ISecret;
  readonly guestTokenSecret: ISecret;
  readonly orderLinkSecret: ISecret;
  readonly stripeSecret: ISecret;
  readonly backups: BackupBucket;
  /** @default - the worker publishes to no topic */
  readonly snsTopicArn?: string | undefined;
  /** @default - the worker puts events on no bus */
  readonly eventBusArn?: string | undefined;
}

/** The pods' AWS roles by service, and of the backend's worker: read their own secrets, write backups. */
export class ServiceRoles extends Construct {
  readonly #key: IKey;

  constructor(scope: Construct, id: string, props: ServiceRolesProps) {
    super(scope, id);
    this.#key = props.encryptionKey;
    const role = (serviceAccount: Service | 'worker') =>
      new PodRole(this, serviceAccount, {
        cluster: props.cluster,
        namespace: NAMESPACE,
        serviceAccount,
      }).role;

    role('frontend');
    const ofBoth = [props.backendSecret, props.orderLinkSecret, props.stripeSecret];
    this.#letRead(role('backend'), [...ofBoth, props.guestTokenSecret]);
    const worker = role('worker');
    this.#letRead(worker, ofBoth);
    this.#letSend(worker, 'sns:Publish', props.snsTopicArn);
    this.#letSend(worker, 'events:PutEvents', props.eventBusArn);
    const database = role('database');
    // The backend's secret too, because the migration creates that login.
    this.#letRead(database, [props.ownerSecret, props.backendSecret]);
    this.#letKeepBackups(database, props.backups);
  }

  #letSend(role: IRole, action: string, resource: string | undefined): void {
    if (resource === undefined) return;
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
  }

  #letRead(role: IRole, secrets: readonly ISecret[]): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ReadSecrets',
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        resources: secrets.map(({ secretArn }) => secretArn),
      }),
    );
    this.#letUseKey(role, 'DecryptSecrets', ['kms:Decrypt'], 'secretsmanager');
  }

  /** Without access to noncurrent versions, so that this role cannot remove deleted backups for good. */
  #letKeepBackups(role: IRole, backups: BackupBucket): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'KeepBackups',
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        resources: [`${backups.arn}/carthub/*`],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ListBackups',
        actions: ['s3:ListBucket'],
        resources: [backups.arn],
        conditions: { StringLike: { 's3:prefix': 'carthub/*' } },
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'FindAbandonedUploads',
        actions: ['s3:ListBucketMultipartUploads'],
        // Of the whole bucket: this action has no condition key s3:prefix (Service Authorization Reference, Amazon S3).
        resources: [backups.arn],
      }),
    );
    this.#letUseKey(role, 'EncryptBackups', ['kms:GenerateDataKey', 'kms:Decrypt'], 's3');
    acknowledgeWildcards(
      role,
      'Backups have names that nobody knows before they are made; all begin with carthub/.',
      `Resource::arn:<AWS::Partition>:s3:::${backups.namePattern}/carthub/*`,
    );
  }

  /** Allows the key only through one AWS service. */
  #letUseKey(role: IRole, sid: string, actions: string[], service: string): void {
    const { region } = role.stack;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid,
        actions,
        resources: [this.#key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
      }),
    );
  }
}
