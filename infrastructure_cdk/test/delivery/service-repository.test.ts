import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, it } from 'vitest';
import {
  SERVICES,
  ServiceRepository,
  type ServiceRepositoryProps,
} from '../../lib/constructs/delivery/service-repository.ts';
import { newApp } from '../support/synthesize.ts';

function repository(props: Partial<ServiceRepositoryProps> = {}) {
  const stack = new Stack(newApp(), 'Test');
  new ServiceRepository(stack, 'Tested', {
    service: 'backend',
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...props,
  });
  const template = Template.fromStack(stack);
  return {
    hasProperties: (expected: object) =>
      template.hasResourceProperties('AWS::ECR::Repository', expected),
    has: (expected: object) => template.hasResource('AWS::ECR::Repository', expected),
  };
}

describe('the repository of a service', () => {
  it.each(SERVICES)('is called carthub-%s', (service) => {
    repository({ service }).hasProperties({ RepositoryName: `carthub-${service}` });
  });

  it('scans every image when it is pushed', () => {
    repository().hasProperties({ ImageScanningConfiguration: { ScanOnPush: true } });
  });

  it('has immutable tags without exceptions', () => {
    repository().hasProperties({
      ImageTagMutability: 'IMMUTABLE',
      ImageTagMutabilityExclusionFilters: Match.absent(),
    });
  });

  it('encrypts images with AES256', () => {
    repository().hasProperties({ EncryptionConfiguration: { EncryptionType: 'AES256' } });
  });

  it('rejects plain HTTP in its only policy', () => {
    repository().hasProperties({
      RepositoryPolicyText: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'RefusePlainHttp',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 'ecr:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });
});

describe('the lifecycle of images', () => {
  const rule = (priority: number, selection: object) => ({
    LifecyclePolicy: {
      LifecyclePolicyText: Match.serializedJson({
        rules: Match.arrayWith([
          {
            rulePriority: priority,
            description: Match.anyValue(),
            selection,
            action: { type: 'expire' },
          },
        ]),
      }),
    },
  });

  it('protects the newest 10 releases first, at any age', () => {
    repository().hasProperties(
      rule(1, {
        tagStatus: 'tagged',
        tagPrefixList: ['release-'],
        countType: 'imageCountMoreThan',
        countNumber: 10,
      }),
    );
  });

  it('expires every other image 30 days after its push', () => {
    repository().hasProperties(
      rule(2, {
        tagStatus: 'any',
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: 30,
      }),
    );
  });
});

describe('removal', () => {
  it('the retaining policy keeps the repository and its images', () => {
    repository({ removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }).has({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { EmptyOnDelete: Match.not(true) },
    });
  });

  it('DESTROY deletes the repository although it holds images', () => {
    repository({ removalPolicy: RemovalPolicy.DESTROY }).has({
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: { EmptyOnDelete: true },
    });
  });
});
