import { CfnOutput, type RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SERVICES, type Service, ServiceRepository } from '../constructs/service-repository.ts';
import { CarthubStack, type CarthubStackProps } from './carthub-stack.ts';

/** Logical ids of the outputs: the deployment reads them, so they are spelled out. */
const OUTPUT_PREFIX: Readonly<Record<Service, string>> = {
  frontend: 'Frontend',
  backend: 'Backend',
  database: 'Database',
};

/** What building and delivering the three services needs. */
export class MicroservicesCicdStack extends CarthubStack {
  constructor(scope: Construct, id: string, props: CarthubStackProps) {
    super(scope, id, 'delivery', props);
    for (const service of SERVICES) this.#addRepository(service, this.dataRemovalPolicy);
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
