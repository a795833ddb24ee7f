import { Match } from 'aws-cdk-lib/assertions';
import { describe, it } from 'vitest';
import { templateOf } from './support/synthesize.ts';

/** One assertion for every line of the implementation guide's infrastructure part, named after it. */
const cicd = templateOf('production', 'cicd');
const network = templateOf('production', 'network');

describe.each(['carthub-frontend', 'carthub-backend', 'carthub-database'])('%s', (name) => {
  const images = (properties: object) =>
    cicd.hasResourceProperties('AWS::ECR::Repository', { RepositoryName: name, ...properties });
  const sources = (properties: object) =>
    cicd.hasResourceProperties('AWS::CodeCommit::Repository', {
      RepositoryName: name,
      ...properties,
    });

  it('ECR: vulnerability scanning is enabled', () =>
    images({ ImageScanningConfiguration: { ScanOnPush: true } }));

  it('ECR: the image lifecycle is 30 days', () =>
    images({
      LifecyclePolicy: {
        LifecyclePolicyText: Match.serializedJson(
          Match.objectLike({
            rules: Match.arrayWith([
              Match.objectLike({
                selection: Match.objectLike({ countUnit: 'days', countNumber: 30 }),
              }),
            ]),
          }),
        ),
      },
    }));

  it('ECR: encryption is AES256', () =>
    images({ EncryptionConfiguration: { EncryptionType: 'AES256' } }));

  it('CodeCommit: KMS encryption is enabled', () => sources({ KmsKeyId: Match.anyValue() }));

  it('CodeCommit: main is protected, access is a matter of IAM', () => {
    const [service] = name.split('-').slice(1);
    const id = Match.stringLikeRegexp(`^${service?.replace(/^./, (c) => c.toUpperCase())}Source`);
    cicd.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'ProtectMain',
            Effect: 'Deny',
            Resource: Match.arrayWith([{ 'Fn::GetAtt': [id, 'Arn'] }]),
          }),
        ]),
      },
    });
  });
});

describe('VPC', () => {
  it('VPC: 10.0.0.0/16', () =>
    network.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }));

  it('VPC: exactly nine subnets', () => network.resourceCountIs('AWS::EC2::Subnet', 9));

  it.each([
    ['public', 'us-west-2a', '10.0.1.0/24'],
    ['public', 'us-west-2b', '10.0.2.0/24'],
    ['public', 'us-west-2c', '10.0.3.0/24'],
    ['private', 'us-west-2a', '10.0.4.0/24'],
    ['private', 'us-west-2b', '10.0.5.0/24'],
    ['private', 'us-west-2c', '10.0.6.0/24'],
    ['database', 'us-west-2a', '10.0.7.0/24'],
    ['database', 'us-west-2b', '10.0.8.0/24'],
    ['database', 'us-west-2c', '10.0.9.0/24'],
  ])('VPC: %s subnet in %s is %s', (name, zone, cidr) =>
    network.hasResourceProperties('AWS::EC2::Subnet', {
      AvailabilityZone: zone,
      CidrBlock: cidr,
      Tags: Match.arrayWith([{ Key: 'aws-cdk:subnet-name', Value: name }]),
    }),
  );
});

describe.each([
  { environment: 'development', instance: 'db.t4g.micro', storage: '20', multiAz: false },
  { environment: 'production', instance: 'db.r6g.large', storage: '100', multiAz: true },
] as const)('RDS in $environment', ({ environment, instance, storage, multiAz }) => {
  const data = templateOf(environment, 'data');
  const hasInstance = (properties: object) =>
    data.hasResourceProperties('AWS::RDS::DBInstance', properties);

  it('RDS: PostgreSQL 15, the newest minor version', () =>
    hasInstance({
      Engine: 'postgres',
      EngineVersion: '15',
      AutoMinorVersionUpgrade: true,
    }));

  it(`RDS: the instance is ${instance}`, () => hasInstance({ DBInstanceClass: instance }));

  it(`RDS: ${storage} GiB of gp3`, () =>
    hasInstance({ AllocatedStorage: storage, StorageType: 'gp3' }));

  it(`RDS: Multi-AZ is ${multiAz}`, () => hasInstance({ MultiAZ: multiAz }));

  it('RDS: backups are kept for 7 days at least', () =>
    hasInstance({ BackupRetentionPeriod: environment === 'production' ? 14 : 7 }));

  it('RDS: encryption is enabled, with KMS', () =>
    hasInstance({ StorageEncrypted: true, KmsKeyId: Match.anyValue() }));

  it('RDS: only nodes of the cluster get in', () => {
    data.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'The database of the shop',
      SecurityGroupIngress: Match.absent(),
    });
    templateOf(environment, 'cluster').hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      SourceSecurityGroupId: {
        'Fn::GetAtt': [Match.stringLikeRegexp('^ShopCluster'), 'ClusterSecurityGroupId'],
      },
      FromPort: 5432,
      ToPort: 5432,
    });
  });
});
