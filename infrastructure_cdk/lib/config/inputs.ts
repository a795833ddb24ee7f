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
    meaning: '`development` or `production`',
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
    meaning: '`0` to `3`; default: 1 in development, 3 in production; 0 needs interface endpoints',
  },
  interfaceEndpoints: {
    variable: 'CARTHUB_INTERFACE_ENDPOINTS',
    fallback: 'no',
    meaning: '`yes` or `no`: nodes reach AWS services without a NAT gateway',
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
      "`public`, `private` or the networks that can reach the cluster's API (`192.0.2.0/24,…`)",
  },
  databaseClass: {
    variable: 'CARTHUB_DATABASE_CLASS',
    fallback: undefined,
    meaning: 'RDS instance class; default: `t4g.micro` in development, `r6g.large` in production',
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
  hostName: {
    variable: 'CARTHUB_HOST_NAME',
    fallback: undefined,
    meaning:
      'host name of the shop, with a certificate in ACM; required in production; without it development uses HTTP',
  },
  certificateArn: {
    variable: 'CARTHUB_CERTIFICATE_ARN',
    fallback: undefined,
    meaning: "ARN of the certificate; default: the load balancer finds the host name's",
  },
  monitoring: {
    variable: 'CARTHUB_MONITORING',
    fallback: 'no',
    meaning: '`yes` or `no`: deploy ServiceMonitors; needs the Prometheus operator',
  },
  alarmEmail: {
    variable: 'CARTHUB_ALARM_EMAIL',
    fallback: undefined,
    meaning: 'address for alarms and the budget; default: no emails',
  },
  monthlyBudget: {
    variable: 'CARTHUB_MONTHLY_BUDGET',
    fallback: undefined,
    meaning: 'US dollars a month; default: 275 in development, 900 in production',
  },
} as const satisfies Record<string, Input>;

export type InputName = keyof typeof INPUTS;
/** Not validated yet: a context value can be any JSON value. */
export type RawInputs = Readonly<Partial<Record<InputName, unknown>>>;
