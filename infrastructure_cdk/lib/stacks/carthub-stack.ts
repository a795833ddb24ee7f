import { RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CarthubConfig } from '../config/config.ts';

export interface CarthubStackProps extends StackProps {
  readonly config: CarthubConfig;
}

/** What all stacks of Carthub have in common. */
export class CarthubStack extends Stack {
  readonly #availabilityZones: readonly string[];
  protected readonly isProduction: boolean;

  /** @param part what the stack is to Carthub, in a word or two */
  constructor(scope: Construct, id: string, part: string, props: CarthubStackProps) {
    const { config, ...rest } = props;
    const isProduction = config.environmentName === 'production';
    const tags = { application: 'carthub', environment: config.environmentName };
    super(scope, id, {
      // Of the stack itself: a person who deploys or deletes it sees which environment it is.
      tags,
      description: `Carthub ${part} (${config.environmentName})`,
      terminationProtection: isProduction,
      ...rest,
    });
    this.isProduction = isProduction;
    this.#availabilityZones = config.availabilityZones;
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
  }

  /** The inputs name the zones. CDK would ask AWS for them, and synthesis has no account to ask. */
  override get availabilityZones(): string[] {
    return [...this.#availabilityZones];
  }

  /** What holds data outlives its stack in production, and goes with it in development. */
  protected get dataRemovalPolicy(): RemovalPolicy.RETAIN | RemovalPolicy.DESTROY {
    return this.isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }
}
