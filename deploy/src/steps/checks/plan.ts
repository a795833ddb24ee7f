import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expectSameEnvironment } from '../../aws/environment-tag.ts';
import { changeOf } from '../../aws/stacks.ts';
import { readCatalog } from '../../catalog/catalog-file.ts';
import { cdk, inputsOf, installPackages } from '../../commands/cdk.ts';
import { costOf } from '../../commands/cost.ts';
import { lastLines } from '../../commands/run-command.ts';
import { confirm } from '../../confirm.ts';
import { type Context, required } from '../../context.ts';
import { Failure, reasonOf } from '../../failure.ts';
import { readAssembly } from '../../templates/assembly.ts';
import { hasStripe } from '../../templates/inputs.ts';
import type { Step } from '../step.ts';

export const synthesis: Step = {
  title: 'Templates',
  isReadOnly: true,
  async run(context) {
    const { options, root } = context;
    const folder = join(root, 'infrastructure_cdk');
    if (!existsSync(join(folder, 'node_modules/aws-cdk'))) {
      const installed = await installPackages(context);
      if (installed.code !== 0)
        throw new Failure(
          'The packages of infrastructure_cdk cannot be installed.',
          lastLines(installed),
          'Run npm ci in infrastructure_cdk, then run again.',
        );
    }
    const directory =
      options.assembly ??
      join(root, '.carthub/assembly', `${options.environment}-${options.region}`);
    if (!options.assembly) {
      const args = ['synth', '--quiet', '--output', directory, ...inputsOf(context)];
      const synthesized = await cdk(context, args);
      context.signal.throwIfAborted();
      if (synthesized.code !== 0)
        throw new Failure(
          'The templates cannot be synthesized.',
          lastLines(synthesized, 12),
          'Fix the inputs (--context or CARTHUB_… variables) or the templates, then run again. Nothing was changed.',
        );
    }
    try {
      context.assembly = readAssembly(directory, options.stackName);
    } catch (error) {
      throw new Failure(
        'The templates cannot be read.',
        reasonOf(error),
        'Check --stack-name and --assembly.',
      );
    }
    context.log(`${context.assembly.stacks.length} stacks`);
  },
};

/** What fills a shop without products. @throws Failure if the file cannot be used */
function catalogOf({ options }: Context): string {
  if (options.catalog === undefined) return "the one in the database's image";
  const { path, content } = readCatalog(options.catalog);
  return `${path}, ${Math.ceil(content.length / 1024)} KiB`;
}

/** What would happen to each stack, in deployment order. */
async function changesOf(context: Context): Promise<readonly string[]> {
  const { stacks } = required(context.assembly, 'assembly');
  if (context.isOffline) {
    context.unchecked.push('changes: which stacks the account has already');
    return stacks.map(() => 'not compared');
  }
  const compare = async () => {
    await expectSameEnvironment(context);
    return await Promise.all(stacks.map((stack) => changeOf(context, stack)));
  };
  return await compare().catch((error) => {
    if (error instanceof Failure) throw error;
    throw new Failure(
      'The stacks cannot be read.',
      reasonOf(error),
      'Allow your identity cloudformation:DescribeStacks and cloudformation:GetTemplate, then run again.',
    );
  });
}

/** Who takes the money, and what a person has to do for it. */
function paymentsOf(context: Context): string {
  const { environment } = context.options;
  const secret = `carthub/${environment}/payments/stripe`;
  if (hasStripe(context))
    return `Stripe, with the keys that you have put into the secret ${secret}`;
  return environment === 'production'
    ? `nobody yet, so the backend's build will fail; put Stripe's keys into the secret ${secret}, then deploy with --context stripePublishableKey=pk_live_…`
    : 'the test provider, which takes no money';
}

/** A plan without a price stops the run: nobody should learn the cost from the bill. */
async function priced(context: Context) {
  return await costOf(context).catch((error) => {
    throw new Failure(
      'The cost cannot be computed.',
      reasonOf(error),
      'Run npm run cost in infrastructure_cdk to see why. Nothing was changed.',
    );
  });
}

export const plan: Step = {
  title: 'Plan',
  isReadOnly: true,
  async run(context) {
    const { options } = context;
    const { stacks } = required(context.assembly, 'assembly');
    const changes = await changesOf(context);
    for (const [index, stack] of stacks.entries())
      context.log(
        `${stack.name}: ${changes[index]}, ${Object.keys(stack.template.Resources).length} resources`,
      );
    const variables = Object.entries(context.env).filter(([name]) => name.startsWith('CARTHUB_'));
    const inputs = [
      ...variables.map(([name, value]) => `${name}=${value}`),
      `environment=${options.environment}`,
      ...options.context,
    ];
    context.log(`inputs: ${inputs.join(', ')}`);
    context.log(`catalog: ${catalogOf(context)}, into a shop without products`);
    const { totalUsd, assumedUsd, pricesAsOf, region } = await priced(context);
    context.monthlyUsd = totalUsd;
    context.log(
      `about $${totalUsd.toFixed(2)} a month (prices of ${pricesAsOf}; $${assumedUsd.toFixed(2)} of it at assumed ones, docs/cost.md)`,
    );
    if (region !== options.region)
      context.log(`the prices are of ${region}, because there are none of ${options.region}`);
    context.log(`payments: ${paymentsOf(context)}`);
    if (options.dryRun || options.yes || changes.every((change) => change === 'unchanged')) return;
    await confirm(context, 'Deploy this?', 'yes');
  },
};
