/** An accepted finding and the reason. */
export interface Suppression {
  /** The tool's rule id: `W3010`, `CT.RDS.PR.1`. */
  readonly rule: string;
  /** Logical ids. */
  readonly resources: RegExp;
  readonly why: string;
}

/** For cfn-lint. */
export const CFN_LINT_SUPPRESSIONS: readonly Suppression[] = [
  {
    rule: 'W3005',
    resources: /./,
    why: 'CDK writes some dependencies twice; the second has no effect.',
  },
  {
    rule: 'W3010',
    resources: /Subnet/,
    why: 'The inputs name the zones of the nine subnets, because synthesis asks no account.',
  },
  {
    rule: 'W3691',
    resources: /^DatabaseInstance/,
    why: 'The list has minor versions only; RDS takes a major version for the newest of its minors.',
  },
];

const PROVIDERS = /CustomResourceProvider|^AWS679f53fac002430cb0da5b7982bd2287/;
const BUCKETS = /^(Artifacts|BackupsAccessLogs|BackupsBucket)/;

/** For cfn-guard with the rules of AWS Control Tower. */
export const CFN_GUARD_SUPPRESSIONS: readonly Suppression[] = [
  {
    rule: 'CT.CLOUDWATCH.PR.2',
    resources: /./,
    why: 'Logs of 30 or 90 days are enough to diagnose problems, and storage is billed.',
  },
  {
    rule: 'CT.CLOUDWATCH.PR.3',
    resources: /./,
    why: 'CloudWatch encrypts them with its own key; they hold no token and no address.',
  },
  {
    rule: 'CT.CODEBUILD.PR.4',
    resources: /Projectsbuild/,
    why: 'Docker builds need it. The machine is discarded afterwards.',
  },
  {
    rule: 'CT.EKS.PR.1',
    resources: /^ShopCluster/,
    why: 'The input clusterEndpoint restricts it; IAM protects a public API.',
  },
  {
    rule: 'CT.KMS.PR.3',
    resources: /Key/,
    why: "The key policy delegates to the account's IAM policies, which test/security/permissions/ lists.",
  },
  {
    rule: 'CT.LAMBDA.PR.3',
    resources: PROVIDERS,
    why: 'CDK functions that only call AWS, during a deployment.',
  },
  {
    rule: 'CT.LAMBDA.PR.3',
    resources: /^ShopClusterKubectlProvider/,
    why: "CDK functions that install charts during a deployment, at the cluster's public address.",
  },
  {
    rule: 'CT.RDS.PR.1',
    resources: /^DatabaseInstance/,
    why: 'Development has one instance; production is Multi-AZ (test/seed.test.ts).',
  },
  {
    rule: 'CT.RDS.PR.13',
    resources: /^DatabaseInstance/,
    why: 'Development is disposable; production is protected (test/stacks/data-stack.test.ts).',
  },
  {
    rule: 'CT.RDS.PR.2',
    resources: /^DatabaseInstance/,
    why: 'Performance Insights and alarms watch it; Enhanced Monitoring costs extra.',
  },
  {
    rule: 'CT.RDS.PR.20',
    resources: /^DatabaseInstance/,
    why: 'Another port would hide nothing; security groups admit only nodes and the rotation.',
  },
  {
    rule: 'CT.RDS.PR.7',
    resources: /^DatabaseInstance/,
    why: 'Passwords are rotated and reread (decision 024).',
  },
  {
    rule: 'CT.S3.PR.10',
    resources: /^BackupsAccessLogs/,
    why: 'S3 writes access logs only to buckets with its own encryption.',
  },
  {
    rule: 'CT.S3.PR.11',
    resources: /^(Artifacts|BackupsAccessLogs)/,
    why: 'Their objects are never overwritten, and expire.',
  },
  {
    rule: 'CT.S3.PR.2',
    resources: /^(Artifacts|BackupsAccessLogs)/,
    why: 'CodePipeline records access to artifacts; logging access to the log bucket would never end.',
  },
  { rule: 'CT.S3.PR.4', resources: BUCKETS, why: 'No process waits for events of new objects.' },
  {
    rule: 'CT.S3.PR.9',
    resources: BUCKETS,
    why: 'Backups are versioned, and removed ones stay for 30 days; a lock would also block deletions that the law requires.',
  },
];
