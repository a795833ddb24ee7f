import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../../lib/config/config.ts';

/** A month in AWS's calculator: 8,760 hours / 12. */
export const HOURS_PER_MONTH = 730;

interface Assumption {
  readonly value: number;
  readonly why: string;
}
export type UsageName =
  | 'backupGbCopied'
  | 'databaseGbCopied'
  | 'ordersPerMonth'
  | 'millionRequests'
  | 'gbOut'
  | 'gbThroughNat'
  | 'gbBetweenZones'
  | 'lcu'
  | 'buildsPerServiceAndMonth'
  | 'minutesPerBuild'
  | 'minutesPerDeploy'
  | 'logGbPerLogGroup'
  | 'controlPlaneLogGb'
  | 'podLogGb'
  | 'imageGbPerRepository'
  | 'artifactGb'
  | 'backupGbBeyondFree'
  | 'kmsRequests'
  | 'activeUsers'
  | 'metricSeries'
  | 'nodeDiskGb'
  | 'nodes'
  | 'loadBalancerZones';
export type Usage = Readonly<Record<UsageName, Assumption>>;

/** A deployment's pod requests and minimum number of replicas. */
export interface Pods {
  readonly name: string;
  readonly replicas: number;
  readonly cpuMilli: number;
  readonly memoryMi: number;
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
}

export const readUsage = (environment: EnvironmentName): Usage =>
  readJson<Record<EnvironmentName, Usage>>('usage.json')[environment];
export const readPods = (environment: EnvironmentName): readonly Pods[] =>
  readJson<Record<EnvironmentName, readonly Pods[]>>('pods.json')[environment];
/** US dollars a month. */
export const readBudget = (environment: EnvironmentName): number =>
  readJson<Record<EnvironmentName, number>>('budget.json')[environment];
/** Micro-dollars by kind of resource when the documents were last written. */
export const readAgreed = (environment: EnvironmentName): Readonly<Record<string, number>> =>
  readJson<Record<EnvironmentName, Record<string, number>>>('agreed.generated.json')[environment];
