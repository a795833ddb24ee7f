import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentName } from '../config.ts';
import { SERVICES, type Service, ServiceRepository } from '../constructs/service-repository.ts';

export interface MicroservicesCicdStackProps extends StackProps {
  readonly environmentName: EnvironmentName;
}

/** Logical ids of the outputs: the deployment reads them, so they are spelled out. */
const OUTPUT_PREFIX: Readonly<Record<Service, string>> = {
  frontend: 'Frontend',
  backend: 'Backend',
  database: 'Database',
};

/** What building and delivering the three services needs. */
export class MicroservicesCicdStack extends Stack {
  constructor(scope: Construct, id: string, props: MicroservicesCicdStackProps) {
    const isProduction = props.environmentName === 'production';
    super(scope, id, {
      description: `Carthub delivery (${props.environmentName})`,
      terminationProtection: isProduction,
      ...props,
    });

    const removalPolicy = isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    for (const service of SERVICES) this.#addRepository(service, removalPolicy);
  }

  #addRepository(service: Service, removalPolicy: RemovalPolicy.RETAIN | RemovalPolicy.DESTROY) {
    const prefix = OUTPUT_PREFIX[service];
    const { repository } = new ServiceRepository(this, `${prefix}Repository`, {
      service,
      removalPolicy,
    });
    new CfnOutput(this, `${prefix}RepositoryUri`, {
      description: `Where images of the ${service} are pushed`,
      value: repository.repositoryUri,
    });
    new CfnOutput(this, `${prefix}RepositoryArn`, {
      description: `For policies about images of the ${service}`,
      value: repository.repositoryArn,
    });
  }
}
