/** Who takes the money, and who gets the events of orders. */
import { arnOf, regionOfArn } from './aws-names.ts';
import type { InputName } from './inputs.ts';
import { matching, type Parse } from './parse.ts';

export interface PartnersConfig {
  /**
   * Such as `pk_live_…`, which pages contain. The secret keys are in Secrets Manager only.
   * @default - the test provider, with which the backend does not start in production
   */
  readonly stripePublishableKey?: string | undefined;
  /** @default - events go to no topic */
  readonly snsTopicArn?: string | undefined;
  /** @default - events go to no bus */
  readonly eventBusArn?: string | undefined;
}

interface Reader {
  read<T>(name: InputName, parse: Parse<T>): T | undefined;
}

/** As the backend takes them (microservices/backend/env.schema.json). */
export function readPartners(reader: Reader): PartnersConfig {
  return {
    stripePublishableKey: reader.read('stripePublishableKey', matching(/^pk_(test|live)_\w+$/)),
    snsTopicArn: reader.read('snsTopic', topicArn),
    eventBusArn: reader.read('eventBus', arnOf('events', 'event-bus/')),
  };
}

const topicArn = matching(/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/);

interface Together extends PartnersConfig {
  readonly environmentName: string | undefined;
  readonly region: string | undefined;
}

/** What the inputs must be together. */
export function partnerProblems(inputs: Together): string[] {
  const { environmentName, region, stripePublishableKey, snsTopicArn, eventBusArn } = inputs;
  const isTestKey = environmentName === 'production' && stripePublishableKey?.includes('_test_');
  const elsewhere = Object.entries({ snsTopic: snsTopicArn, eventBus: eventBusArn }).filter(
    ([, arn]) => arn !== undefined && regionOfArn(arn) !== region,
  );
  return [
    ...(isTestKey
      ? ['stripePublishableKey is of test mode, which takes no money: production needs pk_live_….']
      : []),
    // The worker's SDK speaks to the region of the pods.
    ...elsewhere.map(([name, arn]) => `${name} is in ${regionOfArn(arn ?? '')}, not in ${region}.`),
  ];
}
