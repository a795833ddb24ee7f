/**
 * Terminology
 * - service: one of Carthub's three deployables, each with an image repository.
 * - commit tag: the commit that the image was built from; every image is pushed with it.
 * - release tag: `release-<commit>`, added when the image is deployed.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnRepository, Repository, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DataRemovalPolicy } from '../../data-removal-policy.ts';

export const SERVICES = ['frontend', 'backend', 'database'] as const;
export type Service = (typeof SERVICES)[number];

const IMAGE_LIFETIME = Duration.days(30);
const RELEASES_KEPT = 10;

export interface ServiceRepositoryProps {
  readonly service: Service;
  /** DESTROY deletes the images too. */
  readonly removalPolicy: DataRemovalPolicy;
}

/** The image repository `carthub-<service>`. */
export class ServiceRepository extends Construct {
  readonly repository: Repository;

  constructor(scope: Construct, id: string, props: ServiceRepositoryProps) {
    super(scope, id);
    this.repository = new Repository(this, 'Repository', {
      repositoryName: `carthub-${props.service}`,
      imageScanOnPush: true,
      imageTagMutability: TagMutability.IMMUTABLE,
      removalPolicy: props.removalPolicy,
      emptyOnDelete: props.removalPolicy === RemovalPolicy.DESTROY,
    });
    this.#encrypt();
    this.#expireOldImages();
    this.#refusePlainHttp();
  }

  /**
   * AES256 is ECR's default, which `Repository` leaves out; set explicitly so that template checks see it.
   * A change replaces the repository.
   */
  #encrypt(): void {
    const resource = this.repository.node.defaultChild;
    if (!CfnRepository.isCfnRepository(resource))
      throw new TypeError('No ECR repository to encrypt');
    resource.encryptionConfiguration = { encryptionType: 'AES256' };
  }

  /**
   * A rule by age only would delete the running image after 30 days without a deployment, and no pod
   * could restart. ECR never expires by a later rule what an earlier rule selects, so the first rule
   * protects the newest releases.
   */
  #expireOldImages(): void {
    this.repository.addLifecycleRule({
      rulePriority: 1,
      description: `Keep the newest ${RELEASES_KEPT} releases`,
      tagStatus: TagStatus.TAGGED,
      tagPrefixList: ['release-'],
      maxImageCount: RELEASES_KEPT,
    });
    this.repository.addLifecycleRule({
      rulePriority: 2,
      description: `Expire everything else after ${IMAGE_LIFETIME.toDays()} days`,
      tagStatus: TagStatus.ANY,
      maxImageAge: IMAGE_LIFETIME,
    });
  }

  #refusePlainHttp(): void {
    this.repository.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RefusePlainHttp',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['ecr:*'],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  }
}
