import type { RemovalPolicy } from 'aws-cdk-lib';

/**
 * What happens to a resource with data when its stack is deleted. The retaining policy is CloudFormation's
 * `RetainExceptOnCreate` and not `Retain`, which keeps empty resources when the stack's first creation fails: their
 * names would make the next creation fail (AWS: "DeletionPolicy attribute").
 */
export type DataRemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE | RemovalPolicy.DESTROY;
