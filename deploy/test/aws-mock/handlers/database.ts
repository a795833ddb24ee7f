import { Refusal } from '../moto.ts';
import { type Account, type Handlers, idIn, type ResourceProperties } from './handler.ts';

const RDS = '2014-10-31';

/**
 * Replication of automated backups. An encrypted database needs a key of the other region
 * (cloudformation-coverage-roadmap#2019), the key or the retention alone is refused
 * (aws-cloudformation-resource-providers-rds#601), and the database must have automated backups (RDS User Guide,
 * "Replicating automated backups to another AWS Region"). That copies outlive the database there is not imitated.
 */
function checkReplication(region: string, properties: ResourceProperties): void {
  const { AutomaticBackupReplicationRegion: target } = properties;
  const { AutomaticBackupReplicationKmsKeyId: key } = properties;
  const days = properties.AutomaticBackupReplicationRetentionPeriod;
  if (!target) {
    if (key !== undefined || days !== undefined)
      throw new Refusal('AutomaticBackupReplicationRegion must be specified for replication');
    return;
  }
  if (target === region) throw new Refusal('The source and destination regions must differ');
  if (Number(properties.BackupRetentionPeriod ?? 1) === 0)
    throw new Refusal('Automated backups must be enabled on the source DB instance');
  // "The KMS key ID is the ARN for the KMS encryption key in the destination AWS Region"
  // (RDS, API_StartDBInstanceAutomatedBackupsReplication).
  const isInTarget = String(key).startsWith(`arn:aws:kms:${target}:`);
  if (properties.StorageEncrypted === true && !isInTarget)
    throw new Refusal('Encrypted instances require a valid KMS key ID');
}

/** "At least two Availability Zones" (RDS User Guide, "Working with DB subnet groups"). */
function checkZones(account: Account, subnets: readonly unknown[]): void {
  const all = account.all('AWS::EC2::Subnet');
  const zones = subnets.map((subnet) => {
    const found = all.find(({ id }) => id === idIn(subnet));
    if (!found) throw new Refusal(`The subnet ${subnet} does not exist`);
    return found.properties.AvailabilityZone;
  });
  if (new Set(zones).size < 2)
    throw new Refusal(
      'The DB subnet group does not meet Availability Zone (AZ) coverage requirement.',
    );
}

export const DATABASE: Handlers = {
  'AWS::RDS::DBSubnetGroup': {
    name: 'DBSubnetGroupName',
    async create(account, name, { SubnetIds }) {
      checkZones(account, SubnetIds as unknown[]);
      return name.toLowerCase();
    },
    // "You can't delete a DB subnet group that's associated with a DB instance" (RDS User Guide).
    async delete(account, id) {
      const users = account.all('AWS::RDS::DBInstance');
      if (users.some(({ properties }) => properties.DBSubnetGroupName === id))
        throw new Refusal(`Cannot delete the subnet group '${id}' because it is in use`);
    },
  },
  'AWS::RDS::DBInstance': {
    name: 'DBInstanceIdentifier',
    async create({ moto }, name, properties) {
      checkReplication(moto.region, properties);
      await moto.query('rds', RDS, {
        Action: 'CreateDBInstance',
        DBInstanceIdentifier: name.toLowerCase(),
        Engine: 'postgres',
        DBInstanceClass: String(properties.DBInstanceClass),
        AllocatedStorage: String(properties.AllocatedStorage),
        MasterUsername: 'mock',
        MasterUserPassword: 'mock-password',
        DeletionProtection: String(properties.DeletionProtection ?? false),
      });
      return name.toLowerCase();
    },
    // moto refuses a protected one, as RDS does. The handler takes the final snapshot in a rollback too
    // (aws-cloudformation-resource-providers-rds, dbinstance/DeleteHandler.java; go-to-k/cdkd#1358).
    async delete({ moto }, id, { snapshot, properties }) {
      await moto.query('rds', RDS, {
        Action: 'DeleteDBInstance',
        DBInstanceIdentifier: id,
        DeleteAutomatedBackups: String(properties.DeleteAutomatedBackups ?? true),
        SkipFinalSnapshot: String(!snapshot),
        ...(snapshot && { FinalDBSnapshotIdentifier: snapshot.toLowerCase() }),
      });
    },
  },
};
