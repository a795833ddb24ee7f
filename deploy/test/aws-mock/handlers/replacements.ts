import { isDeepStrictEqual } from 'node:util';
import type { ResourceProperties } from './handler.ts';
import { nameProperty } from './types.ts';

/** "Update requires: Replacement" in the CloudFormation Template Reference, besides the name; types of our templates. */
const CREATE_ONLY: Readonly<Record<string, readonly string[]>> = {
  'AWS::APS::RuleGroupsNamespace': ['Workspace', 'Name'],
  'AWS::APS::Scraper': ['Source'],
  'AWS::CertificateManager::Certificate': [
    'DomainName',
    'DomainValidationOptions',
    'KeyAlgorithm',
    'SubjectAlternativeNames',
    'ValidationMethod',
  ],
  'AWS::ECR::Repository': ['EncryptionConfiguration'],
  'AWS::EKS::AccessEntry': ['ClusterName', 'PrincipalArn', 'Type'],
  'AWS::EKS::Addon': ['ClusterName', 'AddonName'],
  'AWS::EKS::Cluster': [
    'BootstrapSelfManagedAddons',
    'EncryptionConfig',
    'KubernetesNetworkConfig',
    'RoleArn',
  ],
  'AWS::EKS::Nodegroup': [
    'AmiType',
    'CapacityType',
    'ClusterName',
    'DiskSize',
    'InstanceTypes',
    'NodeRole',
    'Subnets',
  ],
  'AWS::IAM::ManagedPolicy': ['Description', 'Path'],
  'AWS::IAM::Role': ['Path'],
  'AWS::RDS::DBInstance': [
    'DBName',
    'DBSubnetGroupName',
    'KmsKeyId',
    'MasterUsername',
    'Port',
    'StorageEncrypted',
  ],
  'AWS::RDS::DBParameterGroup': ['Description', 'Family'],
  'AWS::S3::Bucket': ['ObjectLockEnabled'],
  'AWS::SNS::Topic': ['FifoTopic'],
  'AWS::WAFv2::WebACL': ['Scope'],
};

/** What a change of properties does to a resource. @throws Error if CloudFormation refuses it */
export function changeOf(
  type: string,
  before: ResourceProperties,
  after: ResourceProperties,
): 'none' | 'update' | 'replace' {
  if (isDeepStrictEqual(before, after)) return 'none';
  const name = nameProperty(type);
  const isRenamed = !isDeepStrictEqual(before[name], after[name]);
  const differs = (property: string) => !isDeepStrictEqual(before[property], after[property]);
  if (isRenamed) return 'replace';
  if (!(CREATE_ONLY[type] ?? []).some(differs)) return 'update';
  // The new resource is created before the old one is deleted, and cannot have its name (convox/rack#2941).
  if (after[name] !== undefined)
    throw new Error(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${after[name]} and update the stack again.`,
    );
  return 'replace';
}
