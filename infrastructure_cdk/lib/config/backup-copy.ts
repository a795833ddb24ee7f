import { accountOfArn, regionOfArn } from './aws-names.ts';

/** Nobody deletes or shortens a copy for so long; in governance mode only who may bypass it (S3 Object Lock). */
export interface CopyLock {
  readonly mode: 'governance' | 'compliance';
  readonly days: number;
}

export interface BackupCopyConfig {
  readonly region: string;
  /** @default - the shop's account */
  readonly account?: string | undefined;
  /** @default - administrators of the account can delete copies */
  readonly lock?: CopyLock | undefined;
}

/** `governance:30`. */
export function parseLock(text: string): CopyLock | undefined {
  const found = /^(governance|compliance):([1-9]\d{0,3})$/.exec(text);
  if (!found) return undefined;
  return { mode: found[1] === 'compliance' ? 'compliance' : 'governance', days: Number(found[2]) };
}

export interface CopyInputs {
  readonly environmentName: string | undefined;
  readonly region: string | undefined;
  /** Of the shop. */
  readonly account: string | undefined;
  readonly copyRegion: string | undefined;
  readonly copyAccount: string | undefined;
  readonly lock: CopyLock | undefined;
  readonly databaseCopyKey: string | undefined;
}

/** What contradicts itself, as sentences. */
export function copyProblems(inputs: CopyInputs): string[] {
  const { copyRegion, copyAccount, lock, databaseCopyKey, region } = inputs;
  const problems: string[] = [];
  if (copyRegion === undefined && (copyAccount !== undefined || lock !== undefined))
    problems.push('backupCopyAccount and backupCopyLock need a region: set backupCopyRegion too.');
  if (copyRegion !== undefined && copyRegion === region)
    problems.push('backupCopyRegion is the region of the shop: name another one.');
  if (copyAccount !== undefined && inputs.account === undefined)
    problems.push('backupCopyAccount needs the account of the shop: set account too.');
  if (copyAccount !== undefined && copyAccount === inputs.account)
    problems.push('backupCopyAccount is the account of the shop: leave it out.');
  if (lock !== undefined && inputs.environmentName !== 'production')
    problems.push('backupCopyLock is for production: another environment could not be deleted.');
  if (databaseCopyKey !== undefined && regionOfArn(databaseCopyKey) === region)
    problems.push('databaseCopyKey is in the region of the shop: name a key of another one.');
  const keyAccount = databaseCopyKey && accountOfArn(databaseCopyKey);
  if (keyAccount !== undefined && inputs.account !== undefined && keyAccount !== inputs.account)
    problems.push(
      'databaseCopyKey is of another account, and RDS replicates within one: name a key of the account of the shop.',
    );
  return problems;
}
