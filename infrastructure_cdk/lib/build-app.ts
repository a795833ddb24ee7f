import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { CarthubConfig } from './config.ts';
import { MicroservicesCicdStack } from './stacks/microservices-cicd-stack.ts';

/**
 * Puts Carthub's stacks into the app. Every synthesis, and so every deployment, is checked against
 * cdk-nag's AwsSolutions rules and fails on a finding that nobody has acknowledged with a reason.
 */
export function buildApp(app: App, config: CarthubConfig): MicroservicesCicdStack {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

  const { environmentName, region, account } = config;
  return new MicroservicesCicdStack(app, 'MicroservicesCicdStack', {
    environmentName,
    env: account === undefined ? { region } : { region, account },
  });
}
