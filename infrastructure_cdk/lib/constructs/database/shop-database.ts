/**
 * Terminology
 * - owner: the role that owns the schema and runs migrations and backups. It is RDS's master user.
 */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { InstanceType, type ISubnet, type IVpc, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CaCertificate,
  CfnDBInstance,
  Credentials,
  DatabaseInsightsMode,
  DatabaseInstance,
  DatabaseInstanceEngine,
  DatabaseSecret,
  EngineLifecycleSupport,
  ParameterGroup,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** What differs between environments. */
export interface DatabaseSize {
  /** Such as `t4g.micro`. */
  readonly instanceClass: string;
  readonly storageGib: number;
  /** Limit of storage autoscaling. */
  readonly maxStorageGib: number;
  /** A standby instance in a second zone. */
  readonly multiAz: boolean;
  readonly backupDays: number;
  /** PostgreSQL's setting; RDS's own formula would change with the instance class. */
  readonly maxConnections: number;
}

export interface ShopDatabaseProps {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly size: DatabaseSize;
  readonly encryptionKey: IKey;
  /**
   * ARN of a KMS key in another region of this account, where RDS keeps copies of its automated backups.
   * @default - no copies
   */
  readonly copyKeyArn?: string | undefined;
  readonly ownerSecretName: string;
  /** SNAPSHOT also protects the instance against deletion. */
  readonly removalPolicy: RemovalPolicy.SNAPSHOT | RemovalPolicy.DESTROY;
}

/** Characters that need escaping in a URL or shell. */
export const PASSWORD_EXCLUDES = ' %+~`#$&*()|[]{}:;<>?!\'/@"\\=,^';
const OWNER = 'carthub_owner';
// The name in the implementation guide's commands.
const IDENTIFIER = 'carthub-db';
const LOGS = ['postgresql', 'upgrade'];
/**
 * RDS creates its default minor version and then upgrades it. A minor version here would soon be older than the
 * database's, which CloudFormation reports as drift and RDS cannot go back to; a major version is compared as a prefix
 * (aws-cloudformation/aws-cloudformation-resource-providers-rds#390).
 */
const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_15 });

/** Resources without snapshots are retained instead. */
function withoutSnapshot(removalPolicy: RemovalPolicy): RemovalPolicy {
  return removalPolicy === RemovalPolicy.SNAPSHOT
    ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    : removalPolicy;
}

/** PostgreSQL 15 on RDS, encrypted. Nothing can connect until `allowFrom` is called. */
export class ShopDatabase extends Construct {
  readonly instance: DatabaseInstance;
  readonly securityGroup: SecurityGroup;
  /** Attached to the instance, so it contains the host and port. */
  readonly ownerSecret: ISecret;

  constructor(scope: Construct, id: string, props: ShopDatabaseProps) {
    super(scope, id);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'The database of the shop',
      allowAllOutbound: false,
    });
    const ownerSecret = this.#ownerSecret(props);
    const logGroups = this.#logGroups(props.removalPolicy);
    this.instance = this.#instance(props, ownerSecret);
    this.#replicateBackups(props);
    this.ownerSecret = ownerSecret.attach(this.instance);
    this.instance.node.addDependency(...logGroups);
    this.#acknowledge(props);
  }

  #acknowledge({ size, removalPolicy }: ShopDatabaseProps): void {
    Validations.of(this.instance).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'Network policies and security groups name 5432; another port would hide nothing.',
    });
    if (!size.multiAz)
      Validations.of(this.instance).acknowledge({
        id: 'AwsSolutions-RDS3',
        reason:
          'Development may wait while an instance is replaced; a second one doubles the bill.',
      });
    if (removalPolicy === RemovalPolicy.DESTROY)
      Validations.of(this.instance).acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'Development is thrown away as a whole, and nothing billable may be left of it.',
      });
  }

  /** Created before RDS creates them without an expiry. */
  #logGroups(removalPolicy: RemovalPolicy): LogGroup[] {
    return LOGS.map(
      (name) =>
        new LogGroup(this, `${name}-log`, {
          logGroupName: `/aws/rds/instance/${IDENTIFIER}/${name}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: withoutSnapshot(removalPolicy),
        }),
    );
  }

  #ownerSecret({ ownerSecretName, encryptionKey, removalPolicy }: ShopDatabaseProps) {
    const secret = new DatabaseSecret(this, 'OwnerSecret', {
      username: OWNER,
      secretName: ownerSecretName,
      encryptionKey,
      excludeCharacters: PASSWORD_EXCLUDES,
    });
    secret.applyRemovalPolicy(withoutSnapshot(removalPolicy));
    return secret;
  }

  #instance(
    { vpc, subnets, size, encryptionKey, removalPolicy }: ShopDatabaseProps,
    ownerSecret: DatabaseSecret,
  ) {
    const isProtected = removalPolicy === RemovalPolicy.SNAPSHOT;
    return new DatabaseInstance(this, 'Instance', {
      instanceIdentifier: IDENTIFIER,
      databaseName: 'carthub',
      engine,
      // Only the password: with the whole secret, RDS would attach it a second time.
      credentials: Credentials.fromPassword(OWNER, ownerSecret.secretValueFromJson('password')),
      parameterGroup: this.#parameters(size.maxConnections),
      vpc,
      vpcSubnets: { subnets: [...subnets] },
      securityGroups: [this.securityGroup],
      publiclyAccessible: false,
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      instanceType: new InstanceType(size.instanceClass),
      multiAz: size.multiAz,
      storageType: StorageType.GP3,
      allocatedStorage: size.storageGib,
      maxAllocatedStorage: size.maxStorageGib,
      storageEncrypted: true,
      storageEncryptionKey: encryptionKey,
      backupRetention: Duration.days(size.backupDays),
      preferredBackupWindow: '08:00-08:30',
      preferredMaintenanceWindow: 'tue:10:00-tue:11:00',
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !isProtected,
      deletionProtection: isProtected,
      removalPolicy,
      autoMinorVersionUpgrade: true,
      // Fails the deployment of an unsupported version instead of billing extended support per vCPU.
      engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
      enablePerformanceInsights: true,
      databaseInsightsMode: DatabaseInsightsMode.STANDARD,
      performanceInsightEncryptionKey: encryptionKey,
      cloudwatchLogsExports: LOGS,
    });
  }

  /** Source: CloudFormation, AWS::RDS::DBInstance, AutomaticBackupReplication…; an encrypted instance needs the key. */
  #replicateBackups({ copyKeyArn, size }: ShopDatabaseProps): void {
    if (copyKeyArn === undefined) return;
    const resource = this.instance.node.defaultChild;
    if (!(resource instanceof CfnDBInstance)) throw new Error('The instance has no resource.');
    resource.automaticBackupReplicationRegion = copyKeyArn.split(':')[3];
    resource.automaticBackupReplicationKmsKeyId = copyKeyArn;
    resource.automaticBackupReplicationRetentionPeriod = size.backupDays;
  }

  #parameters(maxConnections: number): ParameterGroup {
    return new ParameterGroup(this, 'Parameters', {
      engine,
      description: 'Carthub on PostgreSQL 15',
      parameters: {
        'rds.force_ssl': '1',
        max_connections: String(maxConnections),
        log_min_duration_statement: '250',
        log_lock_waits: '1',
        // Keep shoppers' emails and addresses out of CloudWatch: no bind parameters, which slow statements log by
        // default, and no DETAIL, where a violated constraint prints the row. Source: PostgreSQL 15, 20.8 Error
        // Reporting and Logging. Lock waits lose the holder's process id, which pg_blocking_pids() still shows.
        log_parameter_max_length: '0',
        log_parameter_max_length_on_error: '0',
        log_error_verbosity: 'terse',
      },
    });
  }

  /** Allows members of a security group to connect. */
  allowFrom(securityGroup: SecurityGroup, who: string): void {
    this.securityGroup.addIngressRule(securityGroup, Port.POSTGRES, who);
  }
}
