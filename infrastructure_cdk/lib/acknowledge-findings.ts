/**
 * Terminology
 * - acknowledge: to tell cdk-nag that what it found is meant, and why. It takes findings one by one,
 *   so that a new wildcard in the same policy is found again.
 */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The managed policies of AWS that a role has. */
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

/** @param findings as cdk-nag writes them: `Resource::*`, `Action::s3:*` */
export function acknowledgeWildcards(
  construct: IConstruct,
  reason: string,
  ...findings: readonly string[]
): void {
  for (const finding of findings)
    Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
}
