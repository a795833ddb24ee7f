import { Stack } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-codecommit';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface DeveloperPolicyProps {
  readonly repositories: readonly Repository[];
  /** Of the repositories. */
  readonly encryptionKey: IKey;
}

// Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS CodeCommit".
const WORK = [
  'GitPull',
  'GitPush',
  'CreateBranch',
  'DeleteBranch',
  'GetRepository',
  'ListBranches',
  'GetBranch',
  'GetCommit',
  'BatchGetCommits',
];
const REVIEW = [
  'CreatePullRequest',
  'UpdatePullRequestTitle',
  'UpdatePullRequestDescription',
  'UpdatePullRequestStatus',
  'ListPullRequests',
  'GetPullRequest',
  'DescribePullRequestEvents',
  // What the pull request changes.
  'GetDifferences',
  'GetFile',
  'GetFolder',
  'GetBlob',
  'GetTree',
  'GetReferences',
  'GetMergeCommit',
  'GetMergeConflicts',
  'GetMergeOptions',
  'DescribeMergeConflicts',
  'BatchDescribeMergeConflicts',
  // Comments.
  'GetCommentsForPullRequest',
  'GetComment',
  'PostCommentForPullRequest',
  'PostCommentReply',
  'UpdateComment',
  // Approval, and whether it is enough.
  'UpdatePullRequestApprovalState',
  'GetPullRequestApprovalStates',
  'EvaluatePullRequestApprovalRules',
  'GetPullRequestOverrideState',
  'MergePullRequestByFastForward',
  'MergePullRequestBySquash',
];
/**
 * CodeCommit uses the key with the caller's rights; only its AWS managed key needs none (AWS CodeCommit User Guide, "AWS
 * Key Management Service and encryption for AWS CodeCommit repositories").
 */
const USE_KEY = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:DescribeKey',
];
const codecommit = (actions: readonly string[]) => actions.map((action) => `codecommit:${action}`);
const WAYS_AROUND_REVIEW = [
  'codecommit:GitPush',
  'codecommit:DeleteBranch',
  'codecommit:PutFile',
  'codecommit:CreateCommit',
  'codecommit:MergeBranchesByFastForward',
  'codecommit:MergeBranchesBySquash',
  'codecommit:MergeBranchesByThreeWay',
];

/** A developer's permissions: everything except changing `main` without a review. */
export class DeveloperPolicy extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: DeveloperPolicyProps) {
    super(scope, id);
    const resources = props.repositories.map(({ repositoryArn }) => repositoryArn);
    const { region } = Stack.of(this);
    this.policy = new ManagedPolicy(this, 'Policy', {
      // Names in IAM are of the account, which may have an environment in each of its regions.
      managedPolicyName: `carthub-developer-${region}`,
      description: 'Work on the sources of Carthub; main changes by reviewed pull requests only',
      statements: [
        new PolicyStatement({ sid: 'Work', actions: codecommit(WORK), resources }),
        new PolicyStatement({ sid: 'Review', actions: codecommit(REVIEW), resources }),
        new PolicyStatement({
          sid: 'UseKey',
          actions: USE_KEY,
          resources: [props.encryptionKey.keyArn],
          conditions: {
            StringEquals: { 'kms:ViaService': `codecommit.${region}.amazonaws.com` },
          },
        }),
        new PolicyStatement({
          sid: 'ProtectMain',
          effect: Effect.DENY,
          actions: WAYS_AROUND_REVIEW,
          resources,
          conditions: {
            StringEqualsIfExists: { 'codecommit:References': ['refs/heads/main'] },
            // git push calls twice, first without a branch; denying that would deny all pushes.
            Null: { 'codecommit:References': 'false' },
          },
        }),
        new PolicyStatement({
          sid: 'KeepTheRules',
          effect: Effect.DENY,
          actions: [
            'codecommit:OverridePullRequestApprovalRules',
            'codecommit:DisassociateApprovalRuleTemplateFromRepository',
            'codecommit:DeletePullRequestApprovalRule',
            'codecommit:UpdatePullRequestApprovalRuleContent',
          ],
          resources,
        }),
      ],
    });
  }
}
