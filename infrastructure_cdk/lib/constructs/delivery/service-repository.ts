/**
 * Terminology
 * - service: one of Carthub's three deployables; each has one repository of container images.
 * - commit tag: the tag every image is pushed with, the commit it was built from.
 * - release tag: a second tag, `release-<commit>`, put on an image when it is deployed.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnRepository, Repository, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export const SERVICES = ['frontend', 'backend', 'database'] as const;
export type Service = (typeof SERVICES)[number];

const IMAGE_LIFETIME = Duration.days(30);
const RELEASES_KEPT = 10;

export interface ServiceRepositoryProps {
  readonly service: Service;
  /** With DESTROY the images go too; otherwise the repository outlives its stack. */
  readonly removalPolicy: RemovalPolicy.DESTROY | RemovalPolicy.RETAIN;
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
   * AES256 is also what ECR does when asked nothing, and Repository then writes nothing; it is
   * written here so that a check of the template sees it. Changing it replaces the repository.
   */
  #encrypt(): void {
    const resource = this.repository.node.defaultChild;
    if (!CfnRepository.isCfnRepository(resource))
      throw new TypeError('No ECR repository to encrypt');
    resource.encryptionConfiguration = { encryptionType: 'AES256' };
  }

  /**
   * Age alone would delete the image that is running when nothing has been deployed for 30 days,
   * and no pod could start again. ECR never lets a later rule expire what an earlier rule selects,
   * so the first rule shields the newest releases from the second.
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
