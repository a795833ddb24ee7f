import { CERTIFICATE } from './certificate.ts';
import { CLUSTER } from './cluster.ts';
import { DATABASE } from './database.ts';
import type { Handlers } from './handler.ts';
import { MONITORING } from './monitoring.ts';
import { OTHER } from './other.ts';
import { STORAGE } from './storage.ts';

/** Types whose resources exist in moto, so that the script and the drills see them, or that AWS refuses in some states. */
export const HANDLERS: Handlers = {
  ...STORAGE,
  ...DATABASE,
  ...CLUSTER,
  ...MONITORING,
  ...CERTIFICATE,
  ...OTHER,
};

/**
 * Custom names of types that moto does not hold, and that an account and region have only once (each type's page in the
 * CloudFormation Template Reference, on the property).
 */
export const UNIQUE_NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::OIDCProvider': 'Url',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::RDS::DBParameterGroup': 'DBParameterGroupName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::WAFv2::WebACL': 'Name',
};

/**
 * Types of which the imitation only keeps that they exist. That nothing refuses them is an assumption, so a type gets
 * here only after somebody has read its page.
 */
const PLAIN: readonly string[] = [
  'AWS::Budgets::Budget',
  'AWS::CDK::Metadata',
  'AWS::Cognito::UserPoolClient',
  'AWS::EC2::EIP',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECR::RepositoryPolicy',
  'AWS::IAM::Policy',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::WAFv2::LoggingConfiguration',
];

/** Custom resources are any name after `Custom::`. */
export function isKnown(type: string): boolean {
  return (
    type.startsWith('Custom::') || type in HANDLERS || type in UNIQUE_NAMES || PLAIN.includes(type)
  );
}

/** The property with the type's custom name. */
export const nameProperty = (type: string): string =>
  HANDLERS[type]?.name ?? UNIQUE_NAMES[type] ?? 'none';
