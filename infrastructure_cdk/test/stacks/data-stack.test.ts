import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

describe.each(ENVIRONMENTS)('the data in %s', (environment) => {
  const template = templateOf(environment, 'data');

  it('is encrypted with one key that rotates every year', () => {
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('rejects PostgreSQL connections without TLS', () => {
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Family: 'postgres15',
      Parameters: { 'rds.force_ssl': '1' },
    });
  });

  it("logs lock waits, and statements slower than the backend's DB_SLOW_STATEMENT_MS", () => {
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Parameters: { log_min_duration_statement: '250', log_lock_waits: '1' },
    });
  });

  it('exports logs and enables Performance Insights', () => {
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
      EnablePerformanceInsights: true,
      PerformanceInsightsRetentionPeriod: 7,
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/rds/instance/carthub-db/postgresql',
      RetentionInDays: 30,
    });
  });

  it('disables extended support', () => {
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    });
  });

  it.each([
    'database/owner',
    'database/backend',
    'session/guest-token',
    'orders/link',
    'payments/stripe',
  ])('has the secret %s under the name in the manifests, encrypted', (name) => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: `carthub/${environment}/${name}`,
      KmsKeyId: Match.anyValue(),
      GenerateSecretString: Match.anyValue(),
    });
  });

  it.each(['PostgreSQLSingleUser', 'PostgreSQLMultiUser'])('rotates passwords: %s', (type) => {
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      HostedRotationLambda: { RotationType: type },
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
    });
  });

  it('keeps the backup bucket private, encrypted and versioned', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: {
        'Fn::Join': ['', [`carthub-${environment}-backups-`, { Ref: 'AWS::AccountId' }]],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
          },
        ],
      },
      LifecycleConfiguration: {
        Rules: [Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } })],
      },
    });
  });

  it('rejects bucket requests without TLS and public access', () => {
    const buckets = Object.keys(template.findResources('AWS::S3::Bucket'));
    expect(buckets).toHaveLength(2);
    for (const bucket of buckets)
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        Bucket: { Ref: bucket },
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Deny',
              Action: 's3:*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ]),
        },
      });
    template.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
  });
});

describe('retained resources when the stack is deleted', () => {
  const kept = (environment: (typeof ENVIRONMENTS)[number]) => {
    const resources: { Type: string; DeletionPolicy?: string }[] = Object.values(
      templateOf(environment, 'data').toJSON().Resources,
    );
    return resources
      .filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete')
      .map(({ Type, DeletionPolicy }) => `${Type} ${DeletionPolicy}`)
      .sort();
  };

  it('are none in development', () => {
    expect(kept('development')).toEqual([]);
  });

  it('are the key, a snapshot, logs, backups and secrets in production', () => {
    expect(kept('production')).toEqual([
      'AWS::KMS::Key RetainExceptOnCreate',
      'AWS::Logs::LogGroup RetainExceptOnCreate',
      'AWS::Logs::LogGroup RetainExceptOnCreate',
      'AWS::RDS::DBInstance Snapshot',
      'AWS::S3::Bucket RetainExceptOnCreate',
      'AWS::S3::Bucket RetainExceptOnCreate',
      ...Array.from({ length: 5 }, () => 'AWS::SecretsManager::Secret RetainExceptOnCreate'),
    ]);
  });
});
