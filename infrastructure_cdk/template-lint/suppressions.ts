/** A finding that stays, and why. */
export interface Accepted {
  /** Of the tool: `W3010`, `CT.RDS.PR.1`. */
  readonly rule: string;
  /** Logical ids. */
  readonly resources: RegExp;
  readonly why: string;
}

/** Of cfn-lint. */
export const ACCEPTED_BY_LINT: readonly Accepted[] = [
  {
    rule: 'W3005',
    resources: /./,
    why: 'CDK says twice what a resource waits for; the second time changes nothing.',
  },
  {
    rule: 'W3010',
    resources: /Subnet/,
    why: 'The nine subnets have zones by name, as an input: synthesis asks no account.',
  },
];

const PROVIDERS = /CustomResourceProvider|^AWS679f53fac002430cb0da5b7982bd2287/;
const BUCKETS = /^(Artifacts|BackupsAccessLogs|BackupsBucket)/;

/** Of cfn-guard with the rules of AWS Control Tower. */
export const ACCEPTED_BY_GUARD: readonly Accepted[] = [
  {
    rule: 'CT.CLOUDWATCH.PR.2',
    resources: /./,
    why: 'Logs are kept for 30 or 90 days: they serve to repair the shop, and are paid for by the day.',
  },
  {
    rule: 'CT.CLOUDWATCH.PR.3',
    resources: /./,
    why: 'CloudWatch encrypts them with its own key; they hold no token and no address.',
  },
  {
    rule: 'CT.CODEBUILD.PR.4',
    resources: /Projectsbuild/,
    why: 'Images are built with Docker, which needs it. The machine is thrown away afterwards.',
  },
  {
    rule: 'CT.EKS.PR.1',
    resources: /^ShopCluster/,
    why: 'The input clusterEndpoint closes it; IAM guards the API where it is open.',
  },
  {
    rule: 'CT.KMS.PR.3',
    resources: /Key/,
    why: 'The policy is of the account; grants are a matter of the identities in it, which the table of permissions lists.',
  },
  {
    rule: 'CT.LAMBDA.PR.3',
    resources: PROVIDERS,
    why: 'Functions of CDK that call AWS alone, while a stack is deployed.',
  },
  {
    rule: 'CT.RDS.PR.1',
    resources: /^DatabaseInstance/,
    why: 'Development has one instance; production is Multi-AZ, as test/seed.test.ts says.',
  },
  {
    rule: 'CT.RDS.PR.13',
    resources: /^DatabaseInstance/,
    why: 'Development may be thrown away; production is protected, as test/stacks/data-stack.test.ts says.',
  },
  {
    rule: 'CT.RDS.PR.2',
    resources: /^DatabaseInstance/,
    why: 'Performance Insights and alarms watch it; the measures of the machine cost extra.',
  },
  {
    rule: 'CT.RDS.PR.20',
    resources: /^DatabaseInstance/,
    why: 'Another port hides nothing from an intruder; only nodes and the rotation do.',
  },
  {
    rule: 'CT.RDS.PR.7',
    resources: /^DatabaseInstance/,
    why: 'Logins have passwords that are rotated and read again (decision 024).',
  },
  {
    rule: 'CT.S3.PR.10',
    resources: /^BackupsAccessLogs/,
    why: 'S3 writes access logs only to buckets with its own encryption.',
  },
  {
    rule: 'CT.S3.PR.11',
    resources: /^(Artifacts|BackupsAccessLogs)/,
    why: 'Nothing in them is ever overwritten, and both expire.',
  },
  {
    rule: 'CT.S3.PR.2',
    resources: /^(Artifacts|BackupsAccessLogs)/,
    why: 'CodePipeline records who used an artifact; the logs of the logs would have no end.',
  },
  { rule: 'CT.S3.PR.4', resources: BUCKETS, why: 'Nobody waits for what is put into them.' },
  {
    rule: 'CT.S3.PR.9',
    resources: BUCKETS,
    why: 'Backups are versioned and what is removed stays for 30 days; a lock would keep even what the law wants deleted.',
  },
];
