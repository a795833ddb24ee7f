import type { Repository } from 'aws-cdk-lib/aws-codecommit';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface DeveloperPolicyProps {
  readonly repositories: readonly Repository[];
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
    this.policy = new ManagedPolicy(this, 'Policy', {
      managedPolicyName: 'carthub-developer',
      description: 'Work on the sources of Carthub; main changes by reviewed pull requests only',
      statements: [
        new PolicyStatement({ sid: 'Work', actions: codecommit(WORK), resources }),
        new PolicyStatement({ sid: 'Review', actions: codecommit(REVIEW), resources }),
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
