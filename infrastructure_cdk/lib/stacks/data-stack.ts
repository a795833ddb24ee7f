import { CfnOutput, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DatabaseSecret } from 'aws-cdk-lib/aws-rds';
import { type ISecret, Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { CarthubConfig, EnvironmentName } from '../config/config.ts';
import { BackupBucket } from '../constructs/database/backup-bucket.ts';
import { copyTarget, replicate } from '../constructs/database/backup-replication.ts';
import { SecretRotation } from '../constructs/database/secret-rotation.ts';
import {
  type DatabaseSize,
  PASSWORD_EXCLUDES,
  ShopDatabase,
} from '../constructs/database/shop-database.ts';
import type { ShopNetwork } from '../constructs/network/shop-network.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';

export interface DataStackProps extends CarthubStackProps {
  readonly network: ShopNetwork;
}

type Size = Omit<DatabaseSize, 'instanceClass'>;

const DEVELOPMENT: Size = {
  storageGib: 20,
  maxStorageGib: 50,
  multiAz: false,
  backupDays: 7,
  maxConnections: 100,
};
/** Of development, with the connections of production's pods. */
const STAGING: Size = {
  ...DEVELOPMENT,
  maxConnections: 200,
};
const PRODUCTION: Size = {
  storageGib: 100,
  maxStorageGib: 500,
  multiAz: true,
  backupDays: 14,
  maxConnections: 200,
};
const SIZES: Readonly<Record<EnvironmentName, Size>> = {
  development: DEVELOPMENT,
  staging: STAGING,
  production: PRODUCTION,
};

interface OwnSecret {
  readonly description: string;
  readonly value: SecretStringGenerator;
  /** Why it is not rotated. */
  readonly reason: string;
}

const KEY: SecretStringGenerator = { passwordLength: 64, excludePunctuation: true };
const GUEST_TOKEN: OwnSecret = {
  description: 'The key that signs guest sessions',
  value: KEY,
  reason: 'Another key ends every guest session at once, so it is changed by hand, if it leaked.',
};
const ORDER_LINK: OwnSecret = {
  description: 'The key that signs links to orders',
  value: KEY,
  reason: 'Another key ends every mailed link at once, so it is changed by hand, if it leaked.',
};
/**
 * Only the owner of a Stripe account knows the values, so the first is none: the backend starts with
 * PAYMENT_PROVIDER=stripe only after somebody has put them. A deployment does not change them again.
 */
const STRIPE: OwnSecret = {
  description: 'Keys of the Stripe account: put secret_key (sk_, rk_) and webhook_secret (whsec_)',
  value: {
    secretStringTemplate: JSON.stringify({ secret_key: 'none yet', webhook_secret: 'none yet' }),
    generateStringKey: 'unused',
  },
  reason: 'Stripe makes new keys in its dashboard, on demand of a person.',
};

const secretNameOf = ({ environmentName }: CarthubConfig, name: string) =>
  `carthub/${environmentName}/${name}`;

/** The stateful part: the database, its secrets and its backups. */
export class DataStack extends CarthubStack {
  readonly encryptionKey: Key;
  readonly database: ShopDatabase;
  readonly backendSecret: ISecret;
  readonly guestTokenSecret: ISecret;
  readonly orderLinkSecret: ISecret;
  readonly stripeSecret: ISecret;
  readonly backups: BackupBucket;
  readonly maxConnections: number;
  readonly storageGib: number;
  readonly #config: CarthubConfig;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, 'data', props);
    const { network, config } = props;
    this.#config = config;
    const secretName = (name: string) => secretNameOf(config, name);

    this.encryptionKey = new Key(this, 'Key', {
      alias: 'carthub-data',
      description: 'Database, its secrets and its backups',
      enableKeyRotation: true,
      removalPolicy: this.dataRemovalPolicy,
    });
    const size = SIZES[config.environmentName];
    this.maxConnections = size.maxConnections;
    this.storageGib = size.storageGib;
    this.database = new ShopDatabase(this, 'Database', {
      vpc: network.vpc,
      subnets: network.databaseSubnets,
      size: { ...size, instanceClass: config.databaseClass },
      encryptionKey: this.encryptionKey,
      copyKeyArn: config.databaseCopyKey,
      ownerSecretName: secretName('database/owner'),
      removalPolicy: this.isProduction ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
    });
    const backendLogin = new DatabaseSecret(this, 'BackendSecret', {
      username: 'carthub_backend',
      secretName: secretName('database/backend'),
      encryptionKey: this.encryptionKey,
      masterSecret: this.database.ownerSecret,
      excludeCharacters: PASSWORD_EXCLUDES,
    });
    backendLogin.applyRemovalPolicy(this.dataRemovalPolicy);
    this.backendSecret = backendLogin.attach(this.database.instance);
    new SecretRotation(this, 'Rotation', {
      vpc: network.vpc,
      subnets: network.privateSubnets,
      database: this.database,
      ownerSecret: this.database.ownerSecret,
      backendSecret: this.backendSecret,
    });
    this.guestTokenSecret = this.#secret('GuestTokenSecret', 'session/guest-token', GUEST_TOKEN);
    this.orderLinkSecret = this.#secret('OrderLinkSecret', 'orders/link', ORDER_LINK);
    this.stripeSecret = this.#secret('StripeSecret', 'payments/stripe', STRIPE);
    this.backups = new BackupBucket(this, 'Backups', {
      namePrefix: `carthub-${config.environmentName}-backups`,
      encryptionKey: this.encryptionKey,
      removalPolicy: this.dataRemovalPolicy,
    });
    if (config.backupCopy) {
      replicate(this.backups, this.encryptionKey, copyTarget(config, config.backupCopy));
    }
    this.#output();
  }

  /** The destination for `carthub-db backup --to`. */
  get backupPlace(): string {
    return `s3://${this.backups.bucketName}/carthub`;
  }

  /** One that no function rotates. */
  #secret(id: string, name: string, { description, value, reason }: OwnSecret): Secret {
    const secret = new Secret(this, id, {
      secretName: secretNameOf(this.#config, name),
      description,
      encryptionKey: this.encryptionKey,
      generateSecretString: value,
      removalPolicy: this.dataRemovalPolicy,
    });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason });
    return secret;
  }

  #output(): void {
    const { instance, ownerSecret } = this.database;
    new CfnOutput(this, 'DatabaseAddress', {
      description: 'Where PostgreSQL answers, inside of the VPC',
      value: instance.dbInstanceEndpointAddress,
    });
    new CfnOutput(this, 'OwnerSecretArn', {
      description: "The owner's login",
      value: ownerSecret.secretArn,
    });
    new CfnOutput(this, 'BackupPlace', {
      description: 'What carthub-db backup --to wants',
      value: this.backupPlace,
    });
  }
}
