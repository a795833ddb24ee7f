/**
 * Terminology
 * - protected branch: `main`. CodeCommit has no such concept: the developer policy denies pushes to it, and
 *   merges need an approval.
 */

import { Repository } from 'aws-cdk-lib/aws-codecommit';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { DataRemovalPolicy } from '../../data-removal-policy.ts';
import type { Service } from './service-repository.ts';

export interface SourceRepositoryProps {
  readonly service: Service;
  readonly encryptionKey: IKey;
  readonly removalPolicy: DataRemovalPolicy;
}

/** The git repository `carthub-<service>` in CodeCommit. */
export class SourceRepository extends Construct {
  readonly repository: Repository;

  constructor(scope: Construct, id: string, props: SourceRepositoryProps) {
    super(scope, id);
    this.repository = new Repository(this, 'Repository', {
      repositoryName: `carthub-${props.service}`,
      description: `Carthub ${props.service}`,
      kmsKey: props.encryptionKey,
    });
    this.repository.applyRemovalPolicy(props.removalPolicy);
  }
}
