import { type Moto, Refusal } from '../moto.ts';
import type { Handlers } from './handler.ts';

const COGNITO = 'AWSCognitoIdentityProviderService';

type Tag = { readonly Key: string; readonly Value: string };

/** moto deletes a protected pool; Cognito refuses, with this message (localstack#11947). */
export async function expectUnprotectedPool(moto: Moto, UserPoolId: string): Promise<void> {
  const { UserPool } = await moto.json('cognito-idp', `${COGNITO}.DescribeUserPool`, {
    UserPoolId,
  });
  if ((UserPool as { DeletionProtection?: string }).DeletionProtection === 'ACTIVE')
    throw new Refusal(
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    );
}

/** Logs, secrets, keys, parameters and user pools. */
export const OTHER: Handlers = {
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    async create({ moto }, logGroupName, { Tags }) {
      const tags = Object.fromEntries(
        ((Tags ?? []) as Tag[]).map(({ Key, Value }) => [Key, Value]),
      );
      await moto.json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName, tags });
      return logGroupName;
    },
    async delete({ moto }, logGroupName) {
      await moto.json('logs', 'Logs_20140328.DeleteLogGroup', { logGroupName });
    },
  },
  'AWS::SecretsManager::Secret': {
    name: 'Name',
    async create({ moto }, Name, { Tags = [] }) {
      const body = { Name, SecretString: 'mock', Tags };
      return String((await moto.json('secretsmanager', 'secretsmanager.CreateSecret', body)).ARN);
    },
    // CloudFormation deletes without a recovery window (cloudformation-coverage-roadmap#1999).
    async delete({ moto }, SecretId) {
      const body = { SecretId, ForceDeleteWithoutRecovery: true };
      await moto.json('secretsmanager', 'secretsmanager.DeleteSecret', body);
    },
  },
  'AWS::KMS::Key': {
    name: 'none',
    async create({ moto }, _name, { Tags }) {
      const body = {
        Tags: ((Tags ?? []) as Tag[]).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      };
      const { KeyMetadata } = await moto.json('kms', 'TrentService.CreateKey', body);
      return (KeyMetadata as { KeyId: string }).KeyId;
    },
    // Disabled at once, gone after the waiting period (AWS::KMS::Key, "PendingWindowInDays").
    async delete({ moto }, KeyId) {
      await moto.json('kms', 'TrentService.ScheduleKeyDeletion', { KeyId });
    },
  },
  'AWS::SSM::Parameter': {
    name: 'Name',
    // PutParameter without Overwrite refuses a name that exists (API_PutParameter, ParameterAlreadyExists).
    async create({ moto }, Name, { Value }) {
      const body = { Name, Value: String(Value), Type: 'String', Overwrite: false };
      await moto.json('ssm', 'AmazonSSM.PutParameter', body);
      return Name;
    },
    async delete({ moto }, Name) {
      await moto.json('ssm', 'AmazonSSM.DeleteParameter', { Name });
    },
  },
  // Names need not be unique (API_CreateUserPool).
  'AWS::Cognito::UserPool': {
    name: 'none',
    async create({ moto }, _name, { UserPoolName, DeletionProtection = 'INACTIVE' }) {
      const body = { PoolName: UserPoolName, DeletionProtection };
      const { UserPool } = await moto.json('cognito-idp', `${COGNITO}.CreateUserPool`, body);
      return (UserPool as { Id: string }).Id;
    },
    async delete({ moto }, UserPoolId) {
      await expectUnprotectedPool(moto, UserPoolId);
      await moto.json('cognito-idp', `${COGNITO}.DeleteUserPool`, { UserPoolId });
    },
  },
};
