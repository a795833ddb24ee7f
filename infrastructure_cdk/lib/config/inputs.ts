/**
 * Terminology
 * - input: one value that the operator sets by CDK context (`-c region=…`) or by variable. Always
 *   text: as a JSON number an account id would lose its leading zero.
 */
export interface Input {
  readonly variable: string;
  /** Value if the input is not set; undefined for an optional input. */
  readonly fallback: string | undefined;
  readonly meaning: string;
}

export const INPUTS = {
  environment: {
    variable: 'CARTHUB_ENVIRONMENT',
    fallback: 'development',
    meaning: '`development`, `staging` or `production`',
  },
  region: {
    variable: 'CARTHUB_REGION',
    fallback: 'us-west-2',
    meaning: 'AWS region to deploy to',
  },
  account: {
    variable: 'CARTHUB_ACCOUNT',
    fallback: undefined,
    meaning: 'AWS account id, twelve digits; default: the account of your credentials',
  },
  zones: {
    variable: 'CARTHUB_ZONES',
    fallback: 'a,b,c',
    meaning: 'letters of three availability zones of the region',
  },
  natGateways: {
    variable: 'CARTHUB_NAT_GATEWAYS',
    fallback: undefined,
    meaning: '`1` to `3`; default: 3 in production, 1 elsewhere',
  },
  interfaceEndpoints: {
    variable: 'CARTHUB_INTERFACE_ENDPOINTS',
    fallback: 'no',
    meaning: '`yes` or `no`: traffic to AWS services does not pass a NAT gateway',
  },
  compute: {
    variable: 'CARTHUB_COMPUTE',
    fallback: 'auto',
    meaning: '`auto` (EKS Auto Mode), `graviton` or `spot` (managed node groups)',
  },
  kubernetesVersion: {
    variable: 'CARTHUB_KUBERNETES_VERSION',
    fallback: '1.36',
    meaning: 'Kubernetes version on EKS',
  },
  clusterEndpoint: {
    variable: 'CARTHUB_CLUSTER_ENDPOINT',
    fallback: 'public',
    meaning:
      "`public`, or up to 40 networks of public addresses that can reach the cluster's API (`192.0.2.0/24,…`)",
  },
  databaseClass: {
    variable: 'CARTHUB_DATABASE_CLASS',
    fallback: undefined,
    meaning:
      'RDS instance class; default: `t4g.micro` in development, `t4g.medium` in staging, `r6g.large` in production',
  },
  backupCopyRegion: {
    variable: 'CARTHUB_BACKUP_COPY_REGION',
    fallback: undefined,
    meaning: 'region that backups are copied to, by CarthubBackupCopyStack; default: no copies',
  },
  backupCopyAccount: {
    variable: 'CARTHUB_BACKUP_COPY_ACCOUNT',
    fallback: undefined,
    meaning: 'account of the copies, twelve digits; default: the account of the shop',
  },
  backupCopyLock: {
    variable: 'CARTHUB_BACKUP_COPY_LOCK',
    fallback: undefined,
    meaning:
      '`governance:DAYS` or `compliance:DAYS`: Object Lock on copies, in production; default: none',
  },
  databaseCopyKey: {
    variable: 'CARTHUB_DATABASE_COPY_KEY',
    fallback: undefined,
    meaning:
      "ARN of a KMS key in another region, such as the copies' (`CopyKeyArn`): RDS replicates its backups there",
  },
  githubOwner: {
    variable: 'CARTHUB_GITHUB_OWNER',
    fallback: undefined,
    meaning: 'GitHub account with the sources, instead of CodeCommit; needs the connection',
  },
  githubConnection: {
    variable: 'CARTHUB_GITHUB_CONNECTION',
    fallback: undefined,
    meaning: 'ARN of the CodeConnections connection to GitHub',
  },
  githubActions: {
    variable: 'CARTHUB_GITHUB_ACTIONS',
    fallback: undefined,
    meaning:
      'GitHub repository whose workflows may deliver, as its tokens name it: `owner@ID/repository@ID`, or `owner/repository` if created before 15 July 2026',
  },
  hostName: {
    variable: 'CARTHUB_HOST_NAME',
    fallback: undefined,
    meaning:
      'host name of the shop, with a certificate in ACM; required in production; without it the others use HTTP',
  },
  hostedZone: {
    variable: 'CARTHUB_HOSTED_ZONE',
    fallback: undefined,
    meaning:
      'id of the public Route 53 zone of the host name, in this account: makes certificate and record; default: both by hand',
  },
  certificateArn: {
    variable: 'CARTHUB_CERTIFICATE_ARN',
    fallback: undefined,
    meaning:
      "ARN of the certificate, in the region of the shop; default: the load balancer finds the host name's",
  },
  stripePublishableKey: {
    variable: 'CARTHUB_STRIPE_PUBLISHABLE_KEY',
    fallback: undefined,
    meaning:
      '`pk_live_…` or `pk_test_…`: Stripe takes the money, with the keys in `carthub/<environment>/payments/stripe`; default: the test provider, with which production builds fail',
  },
  snsTopic: {
    variable: 'CARTHUB_SNS_TOPIC',
    fallback: undefined,
    meaning: 'ARN of an Amazon SNS topic that gets the events of orders; FIFO keeps their order',
  },
  eventBus: {
    variable: 'CARTHUB_EVENT_BUS',
    fallback: undefined,
    meaning: 'ARN of an Amazon EventBridge bus that gets the events of orders',
  },
  imageScanning: {
    variable: 'CARTHUB_IMAGE_SCANNING',
    fallback: 'basic',
    meaning: '`basic` (free) or `enhanced` (Amazon Inspector: knows which findings have a fix)',
  },
  monitoring: {
    variable: 'CARTHUB_MONITORING',
    fallback: 'no',
    meaning: '`yes` or `no`: deploy ServiceMonitors for a Prometheus operator of your own',
  },
  alarmEmail: {
    variable: 'CARTHUB_ALARM_EMAIL',
    fallback: undefined,
    meaning:
      'address for alarms and the budget; required in production; without it the others send no emails',
  },
  monthlyBudget: {
    variable: 'CARTHUB_MONTHLY_BUDGET',
    fallback: undefined,
    meaning: 'US dollars a month; default: 310 in development, 450 in staging, 900 in production',
  },
} as const satisfies Record<string, Input>;

export type InputName = keyof typeof INPUTS;
/** Not validated yet: a context value can be any JSON value. */
export type RawInputs = Readonly<Partial<Record<InputName, unknown>>>;
