import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { CarthubConfig } from './config/config.ts';
import { BackupCopyStack } from './stacks/backup-copy-stack.ts';
import { ClusterStack } from './stacks/cluster-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { MicroservicesCicdStack } from './stacks/microservices-cicd-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { OperationsStack } from './stacks/operations-stack.ts';

export interface CarthubStacks {
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly cluster: ClusterStack;
  readonly edge: EdgeStack;
  readonly operations: OperationsStack;
  readonly cicd: MicroservicesCicdStack;
}

/**
 * Adds Carthub's stacks to the app. Every synthesis, and so every deployment, is checked against
 * cdk-nag's AwsSolutions rules and fails on a finding that nobody has acknowledged with a reason.
 */
export function buildApp(app: App, config: CarthubConfig): CarthubStacks {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

  const { region, account } = config;
  const props = { config, env: { region, account } };
  // No stack depends on it: it is in another region, maybe account, and deployed on its own.
  if (config.backupCopy) {
    const { backupCopy: copy } = config;
    const env = { region: copy.region, account: copy.account ?? account };
    new BackupCopyStack(app, 'CarthubBackupCopyStack', { config, env, copy });
  }
  const network = new NetworkStack(app, 'CarthubNetworkStack', props);
  const { network: shopNetwork } = network;
  const data = new DataStack(app, 'CarthubDataStack', { ...props, network: shopNetwork });
  const cluster = new ClusterStack(app, 'CarthubClusterStack', {
    ...props,
    network: shopNetwork,
    data,
  });
  const edge = new EdgeStack(app, 'CarthubEdgeStack', props);
  const operations = new OperationsStack(app, 'CarthubOperationsStack', {
    ...props,
    network: shopNetwork,
    data,
    cluster,
  });
  const cicd = new MicroservicesCicdStack(app, 'MicroservicesCicdStack', {
    ...props,
    network: shopNetwork,
    cluster,
    variables: {
      ENVIRONMENT: config.environmentName,
      BACKUP_PLACE: data.backupPlace,
      OIDC_ISSUER: edge.signIn.issuer,
      OIDC_AUDIENCE: edge.signIn.client.userPoolClientId,
      WEB_ACL_ARN: edge.firewall.arn,
      ...(config.hostName && { HOST_NAME: config.hostName }),
      ...(edge.certificateArn && { CERTIFICATE_ARN: edge.certificateArn }),
      ...(config.stripePublishableKey && {
        STRIPE_PUBLISHABLE_KEY: config.stripePublishableKey,
      }),
      ...(config.snsTopicArn && { SNS_TOPIC_ARN: config.snsTopicArn }),
      ...(config.eventBusArn && { EVENT_BUS_ARN: config.eventBusArn }),
      ...(config.monitoring && { MONITORING: 'on' }),
    },
  });
  // The pipelines' failures are reported by the operations stack, so it comes first.
  cicd.addStackDependency(operations);
  return { network, data, cluster, edge, operations, cicd };
}
