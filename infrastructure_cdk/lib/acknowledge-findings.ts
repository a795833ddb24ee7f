/**
 * Terminology
 * - acknowledge: to accept one finding of cdk-nag, with a reason. Findings are acknowledged one by one, so
 *   that a new wildcard in the same policy is reported.
 */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Acknowledges a role's AWS managed policies. */
export function acknowledgeManagedPolicies(
  construct: IConstruct,
  reason: string,
  ...names: readonly string[]
): void {
  for (const name of names)
    Validations.of(construct).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
      reason,
    });
}

/** @param findings in cdk-nag's notation: `Resource::*`, `Action::s3:*` */
export function acknowledgeWildcards(
  construct: IConstruct,
  reason: string,
  ...findings: readonly string[]
): void {
  for (const finding of findings)
    Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
}
