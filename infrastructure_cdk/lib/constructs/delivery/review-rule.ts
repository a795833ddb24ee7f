import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Repository } from 'aws-cdk-lib/aws-codecommit';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicies, acknowledgeWildcards } from '../../acknowledge-findings.ts';

export interface ReviewRuleProps {
  readonly repositories: readonly Repository[];
  readonly removalPolicy: RemovalPolicy;
}

const NAME = 'carthub-review';
const CONTENT = JSON.stringify({
  Version: '2018-11-08',
  DestinationReferences: ['refs/heads/main'],
  Statements: [{ Type: 'Approvers', NumberOfApprovalsNeeded: 1 }],
});
/** Prefix of the function that AwsCustomResource creates. */
const CALLER_ID = 'AWS679f53fac002430cb0da5b7982bd2287';
const SERVICE = 'CodeCommit';

/**
 * Requires one approval by somebody else to merge into main. CloudFormation has no resource for CodeCommit's
 * approval rules, so a custom resource calls the API.
 */
export class ReviewRule extends Construct {
  constructor(scope: Construct, id: string, props: ReviewRuleProps) {
    super(scope, id);
    const repositoryNames = props.repositories.map(({ repositoryName }) => repositoryName);
    const policy = AwsCustomResourcePolicy.fromStatements(this.#rights(props.repositories));
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy,
    });
    const template = new AwsCustomResource(this, 'Template', {
      policy,
      logGroup,
      onUpdate: {
        service: SERVICE,
        action: 'createApprovalRuleTemplate',
        parameters: {
          approvalRuleTemplateName: NAME,
          approvalRuleTemplateDescription: 'One approval by somebody else before main changes',
          approvalRuleTemplateContent: CONTENT,
        },
        physicalResourceId: PhysicalResourceId.of(NAME),
        // It already exists when a failed deployment is retried.
        ignoreErrorCodesMatching: 'ApprovalRuleTemplateNameAlreadyExists',
      },
      onDelete: {
        service: SERVICE,
        action: 'deleteApprovalRuleTemplate',
        parameters: { approvalRuleTemplateName: NAME },
      },
    });
    // Creating a template that exists changes nothing, so this sets the rule on every change. Pull requests that are
    // open keep the rule of their creation (CodeCommit user guide, "Manage approval rule templates").
    const content = new AwsCustomResource(this, 'Content', {
      policy,
      logGroup,
      onUpdate: {
        service: SERVICE,
        action: 'updateApprovalRuleTemplateContent',
        parameters: { approvalRuleTemplateName: NAME, newRuleContent: CONTENT },
        physicalResourceId: PhysicalResourceId.of(`${NAME}-content`),
      },
    });
    content.node.addDependency(template);
    const association = new AwsCustomResource(this, 'Association', {
      policy,
      logGroup,
      onUpdate: {
        service: SERVICE,
        action: 'batchAssociateApprovalRuleTemplateWithRepositories',
        parameters: { approvalRuleTemplateName: NAME, repositoryNames },
        physicalResourceId: PhysicalResourceId.of(`${NAME}-association`),
      },
      onDelete: {
        service: SERVICE,
        action: 'batchDisassociateApprovalRuleTemplateFromRepositories',
        parameters: { approvalRuleTemplateName: NAME, repositoryNames },
      },
    });
    association.node.addDependency(template);
    this.#acknowledge();
    for (const resource of [template, content, association])
      acknowledgeWildcards(
        resource,
        'A template of rules has no ARN that a policy could name.',
        'Resource::*',
      );
  }

  /** CDK shares one function per stack between these calls. */
  #acknowledge(): void {
    const caller = Stack.of(this).node.tryFindChild(CALLER_ID);
    if (caller)
      acknowledgeManagedPolicies(
        caller,
        'It allows a function to write its own log, and nothing else.',
        'service-role/AWSLambdaBasicExecutionRole',
      );
  }

  #rights(repositories: readonly Repository[]): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: [
          'codecommit:CreateApprovalRuleTemplate',
          'codecommit:UpdateApprovalRuleTemplateContent',
          'codecommit:DeleteApprovalRuleTemplate',
        ],
        resources: ['*'],
      }),
      new PolicyStatement({
        actions: [
          'codecommit:BatchAssociateApprovalRuleTemplateWithRepositories',
          'codecommit:BatchDisassociateApprovalRuleTemplateFromRepositories',
        ],
        resources: repositories.map(({ repositoryArn }) => repositoryArn),
      }),
    ];
  }
}
