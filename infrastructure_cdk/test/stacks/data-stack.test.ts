import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

describe.each(ENVIRONMENTS)('the data in %s', (environment) => {
  const template = templateOf(environment, 'data');

  it('is encrypted with one key, which changes every year', () => {
    template.resourceCountIs('AWS::KMS::Key', 1);
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('lets nobody connect to PostgreSQL without TLS', () => {
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Family: 'postgres15',
      Parameters: { 'rds.force_ssl': '1' },
    });
  });

  it('logs a statement as soon as the backend does (DB_SLOW_STATEMENT_MS), and who waits for locks', () => {
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Parameters: { log_min_duration_statement: '250', log_lock_waits: '1' },
    });
  });

  it('shows what PostgreSQL does: logs and Performance Insights', () => {
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

  it('pays no extended support', () => {
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    });
  });

  it.each(['database/owner', 'database/backend', 'session/guest-token'])(
    'has the secret %s under the name in the manifests, encrypted',
    (name) => {
      template.hasResourceProperties('AWS::SecretsManager::Secret', {
        Name: `carthub/${environment}/${name}`,
        KmsKeyId: Match.anyValue(),
        GenerateSecretString: Match.anyValue(),
      });
    },
  );

  it.each(['PostgreSQLSingleUser', 'PostgreSQLMultiUser'])('rotates passwords: %s', (type) => {
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      HostedRotationLambda: { RotationType: type },
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
    });
  });

  it('keeps backups closed, encrypted and remembered', () => {
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

  it('answers no request for a bucket without TLS, and none of the public', () => {
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

describe('what is left when the stack is deleted', () => {
  const kept = (environment: (typeof ENVIRONMENTS)[number]) => {
    const resources: { Type: string; DeletionPolicy?: string }[] = Object.values(
      templateOf(environment, 'data').toJSON().Resources,
    );
    return resources
      .filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete')
      .map(({ Type, DeletionPolicy }) => `${Type} ${DeletionPolicy}`)
      .sort();
  };

  it('in development: nothing', () => {
    expect(kept('development')).toEqual([]);
  });

  it('in production: the key, a snapshot, logs, backups and secrets', () => {
    expect(kept('production')).toEqual([
      'AWS::KMS::Key Retain',
      'AWS::Logs::LogGroup Retain',
      'AWS::Logs::LogGroup Retain',
      'AWS::RDS::DBInstance Snapshot',
      'AWS::S3::Bucket Retain',
      'AWS::S3::Bucket Retain',
      'AWS::SecretsManager::Secret Retain',
      'AWS::SecretsManager::Secret Retain',
      'AWS::SecretsManager::Secret Retain',
    ]);
  });
});
