import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { CarthubConfig } from './config/config.ts';
import { ClusterStack } from './stacks/cluster-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { MicroservicesCicdStack } from './stacks/microservices-cicd-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';

export interface CarthubStacks {
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly cluster: ClusterStack;
  readonly cicd: MicroservicesCicdStack;
}

/**
 * Puts Carthub's stacks into the app. Every synthesis, and so every deployment, is checked against
 * cdk-nag's AwsSolutions rules and fails on a finding that nobody has acknowledged with a reason.
 */
export function buildApp(app: App, config: CarthubConfig): CarthubStacks {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

  const { region, account } = config;
  const props = { config, env: { region, account } };
  const network = new NetworkStack(app, 'CarthubNetworkStack', props);
  const { network: shopNetwork } = network;
  const data = new DataStack(app, 'CarthubDataStack', { ...props, network: shopNetwork });
  const cluster = new ClusterStack(app, 'CarthubClusterStack', {
    ...props,
    network: shopNetwork,
    data,
  });
  const cicd = new MicroservicesCicdStack(app, 'MicroservicesCicdStack', props);
  return { network, data, cluster, cicd };
}
