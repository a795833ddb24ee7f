import { RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CarthubConfig } from '../config/config.ts';
import type { DataRemovalPolicy } from '../data-removal-policy.ts';

export interface CarthubStackProps extends StackProps {
  readonly config: CarthubConfig;
}

/** Base of Carthub's stacks: tags, termination protection, zones, removal policy. */
export class CarthubStack extends Stack {
  readonly #availabilityZones: readonly string[];
  protected readonly isProduction: boolean;

  /** @param part the stack's role in a word or two, for its description */
  constructor(scope: Construct, id: string, part: string, props: CarthubStackProps) {
    const { config, ...rest } = props;
    const isProduction = config.environmentName === 'production';
    const tags = { application: 'carthub', environment: config.environmentName };
    super(scope, id, {
      // On the stack itself, so that its environment is visible before a deployment or deletion.
      tags,
      description: `Carthub ${part} (${config.environmentName})`,
      terminationProtection: isProduction,
      ...rest,
    });
    this.isProduction = isProduction;
    this.#availabilityZones = config.availabilityZones;
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
  }

  /** From the inputs. By default CDK would ask AWS, but synthesis has no account. */
  override get availabilityZones(): string[] {
    return [...this.#availabilityZones];
  }

  /** Production retains data when its stack is deleted; development deletes it. */
  protected get dataRemovalPolicy(): DataRemovalPolicy {
    return this.isProduction ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
  }
}
