/**
 * Terminology
 * - environment: `development` (disposable), `staging` (as disposable, with production's pods) or `production`
 *   (protected against mistakes).
 *   Each needs its own AWS account, or at least its own region: stacks and repositories have the
 *   same names in all.
 */
import { arnOf, dnsName, regionName } from './aws-names.ts';
import { type BackupCopyConfig, copyProblems, parseLock } from './backup-copy.ts';
import { hostProblems } from './host.ts';
import { INPUTS, type InputName, type RawInputs } from './inputs.ts';
import {
  type ClusterEndpoint,
  clusterEndpoint,
  matching,
  oneOf,
  type Parse,
  wholeNumber,
  zoneLetters,
} from './parse.ts';
import { type PartnersConfig, partnerProblems, readPartners } from './partners.ts';

const ENVIRONMENT_NAMES = ['development', 'staging', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];
export type Compute = 'auto' | 'graviton' | 'spot';

export interface GithubSource {
  readonly owner: string;
  readonly connectionArn: string;
}

export interface CarthubConfig extends PartnersConfig {
  readonly environmentName: EnvironmentName;
  /** AWS region, such as `us-west-2`. */
  readonly region: string;
  /**
   * Twelve digits.
   * @default - the account of the deploying credentials; the templates then name no account
   */
  readonly account?: string | undefined;
  /** Three, in order, such as `us-west-2a`. */
  readonly availabilityZones: readonly string[];
  readonly natGateways: number;
  readonly interfaceEndpoints: boolean;
  readonly compute: Compute;
  /** Such as `1.36`. */
  readonly kubernetesVersion: string;
  readonly clusterEndpoint: ClusterEndpoint;
  /** Such as `t4g.micro`, without `db.`. */
  readonly databaseClass: string;
  /** @default - backups stay in the region */
  readonly backupCopy?: BackupCopyConfig | undefined;
  /**
   * ARN of a KMS key in the region that RDS replicates its automated backups to.
   * @default - they stay in the region
   */
  readonly databaseCopyKey?: string | undefined;
  /** @default - sources in CodeCommit */
  readonly github?: GithubSource | undefined;
  /** `owner/repository`, each perhaps with `@ID`. @default - no role for GitHub Actions */
  readonly githubActions?: string | undefined;
  /** @default - the load balancer's own address over HTTP; production has one */
  readonly hostName?: string | undefined;
  /**
   * Id of the Route 53 zone that gets the host name's record and validates its certificate.
   * @default - certificate and record are made by hand
   */
  readonly hostedZoneId?: string | undefined;
  /** @default - the load balancer finds the host name's certificate */
  readonly certificateArn?: string | undefined;
  readonly imageScanning: 'basic' | 'enhanced';
  /** Whether the cluster has the Prometheus operator. */
  readonly monitoring: boolean;
  /** @default - no emails; production has one */
  readonly alarmEmail?: string | undefined;
  readonly monthlyBudgetUsd: number;
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: CarthubConfig }
  | { readonly ok: false; readonly problems: readonly string[] };

const DEFAULTS = {
  development: { natGateways: 1, databaseClass: 't4g.micro', monthlyBudgetUsd: 310 },
  staging: { natGateways: 1, databaseClass: 't4g.medium', monthlyBudgetUsd: 450 },
  production: { natGateways: 3, databaseClass: 'r6g.large', monthlyBudgetUsd: 900 },
} as const;

/** Values that AWS accepts and the shop cannot run with. Decision 050. */
const REFUSED: Readonly<Partial<Record<InputName, { value: string; why: string }>>> = {
  natGateways: {
    value: '0',
    why: 'without internet, nodes reach no sign-in, no payments and no firewall API, and pull no public images',
  },
  clusterEndpoint: {
    value: 'private',
    why: 'nothing outside the VPC reaches the API then, neither administrators nor the deployment; name their networks',
  },
};

function problem(name: InputName, value: unknown): string {
  const refused = REFUSED[name];
  if (refused && refused.value === value) return `${name} cannot be ${value}: ${refused.why}.`;
  const { variable, meaning } = INPUTS[name];
  return `${name} is ${JSON.stringify(value)}, but must be: ${meaning}. Set it with -c ${name}=… or ${variable}=….`;
}

/** Parses inputs one by one and collects their problems. */
class InputReader {
  readonly problems: string[] = [];
  readonly #inputs: RawInputs;

  constructor(inputs: RawInputs) {
    this.#inputs = inputs;
  }

  read<T>(name: InputName, parse: Parse<T>): T | undefined {
    const value = this.#inputs[name] ?? INPUTS[name].fallback;
    if (value === undefined) return undefined;
    const parsed = typeof value === 'string' ? parse(value) : undefined;
    if (parsed === undefined) this.problems.push(problem(name, value));
    return parsed;
  }
}

/** Validates all inputs and reports all problems at once. */
export function parseConfig(inputs: RawInputs): ParsedConfig {
  const reader = new InputReader(inputs);
  const { problems } = reader;

  const environmentName = reader.read('environment', oneOf(...ENVIRONMENT_NAMES));
  const region = reader.read('region', regionName);
  const account = reader.read('account', matching(/^\d{12}$/));
  const zones = reader.read('zones', zoneLetters);
  const defaults = DEFAULTS[environmentName ?? 'development'];
  const natGateways = reader.read('natGateways', wholeNumber(1, 3)) ?? defaults.natGateways;
  const endpoints = reader.read('interfaceEndpoints', oneOf('yes', 'no'));
  const compute = reader.read('compute', oneOf('auto', 'graviton', 'spot'));
  const kubernetesVersion = reader.read('kubernetesVersion', matching(/^1\.\d\d$/));
  const endpoint = reader.read('clusterEndpoint', clusterEndpoint);
  const databaseClass = reader.read('databaseClass', matching(/^[a-z]\d[a-z]*\.[a-z0-9]+$/));
  const copyRegion = reader.read('backupCopyRegion', regionName);
  const copyAccount = reader.read('backupCopyAccount', matching(/^\d{12}$/));
  const lock = reader.read('backupCopyLock', parseLock);
  const databaseCopyKey = reader.read('databaseCopyKey', arnOf('kms', 'key/'));
  const owner = reader.read('githubOwner', matching(/^[A-Za-z0-9-]+$/));
  const connectionArn = reader.read(
    'githubConnection',
    arnOf('codeconnections|codestar-connections', 'connection/'),
  );
  const githubActions = reader.read('githubActions', matching(/^[\w-]+(@\d+)?\/[\w.-]+(@\d+)?$/));
  const hostName = reader.read('hostName', dnsName);
  const hostedZoneId = reader.read('hostedZone', matching(/^Z[A-Z0-9]{1,31}$/));
  const certificateArn = reader.read('certificateArn', arnOf('acm', 'certificate/'));
  const partners = readPartners(reader);
  const imageScanning = reader.read('imageScanning', oneOf('basic', 'enhanced'));
  const monitoring = reader.read('monitoring', oneOf('yes', 'no'));
  const alarmEmail = reader.read('alarmEmail', matching(/^[^@\s]+@[^@\s]+$/));
  const budget = reader.read('monthlyBudget', wholeNumber(1, 1_000_000));

  const copy = { copyRegion, copyAccount, lock, databaseCopyKey };
  problems.push(...copyProblems({ environmentName, region, account, ...copy }));
  problems.push(...partnerProblems({ environmentName, region, ...partners }));
  problems.push(...hostProblems({ region, account, hostName, hostedZoneId, certificateArn }));
  if (githubActions !== undefined && endpoint && endpoint.networks.length > 0)
    problems.push(
      "githubActions needs clusterEndpoint=public: GitHub's runners have no fixed addresses.",
    );
  if (environmentName === 'production' && inputs.alarmEmail === undefined)
    problems.push(
      'Production needs alarmEmail: without it alarms reach nobody. Set it with -c alarmEmail=… or CARTHUB_ALARM_EMAIL=….',
    );
  // Its builds fail without one (delivery/manifests.sh), and a deployment that leaves it out would take it away.
  if (environmentName === 'production' && inputs.hostName === undefined)
    problems.push(
      'Production needs hostName: without it there is no TLS, and builds fail. Set it with -c hostName=… or CARTHUB_HOST_NAME=….',
    );
  if ((owner === undefined) !== (connectionArn === undefined))
    problems.push('githubOwner and githubConnection go together: set both or none.');

  if (problems.length > 0 || !environmentName || !region || !zones || !compute) {
    return { ok: false, problems };
  }
  if (!kubernetesVersion || !endpoint) return { ok: false, problems };
  const config: CarthubConfig = {
    environmentName,
    region,
    account,
    availabilityZones: zones.map((letter) => `${region}${letter}`),
    natGateways,
    interfaceEndpoints: endpoints === 'yes',
    compute,
    kubernetesVersion,
    clusterEndpoint: endpoint,
    databaseClass: databaseClass ?? defaults.databaseClass,
    backupCopy: copyRegion ? { region: copyRegion, account: copyAccount, lock } : undefined,
    databaseCopyKey,
    github: owner && connectionArn ? { owner, connectionArn } : undefined,
    githubActions,
    hostName,
    hostedZoneId,
    certificateArn,
    ...partners,
    imageScanning: imageScanning ?? 'basic',
    monitoring: monitoring === 'yes',
    alarmEmail,
    monthlyBudgetUsd: budget ?? defaults.monthlyBudgetUsd,
  };
  return { ok: true, config };
}
