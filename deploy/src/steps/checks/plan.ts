import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expectSameEnvironment } from '../../aws/environment-tag.ts';
import { changeOf } from '../../aws/stacks.ts';
import { cdk, inputsOf, installPackages } from '../../commands/cdk.ts';
import { costOf } from '../../commands/cost.ts';
import { lastLines } from '../../commands/run-command.ts';
import { confirm } from '../../confirm.ts';
import { type Context, required } from '../../context.ts';
import { Failure, reasonOf } from '../../failure.ts';
import { readAssembly } from '../../templates/assembly.ts';
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
    const compare = async () => {
      await expectSameEnvironment(context);
      return await Promise.all(stacks.map((stack) => changeOf(context, stack)));
    };
    const changes = await compare().catch((error) => {
      if (error instanceof Failure) throw error;
      throw new Failure(
        'The stacks cannot be read.',
        reasonOf(error),
        'Allow your identity cloudformation:DescribeStacks and cloudformation:GetTemplate, then run again.',
      );
    });
    for (const [index, stack] of stacks.entries())
      context.log(
        `${stack.name}: ${changes[index]}, ${Object.keys(stack.template.Resources).length} resources`,
      );
    const inputs = [`environment=${options.environment}`, ...options.context];
    context.log(`inputs: ${inputs.join(', ')}`);
    const { totalUsd, pricesAsOf } = await priced(context);
    context.monthlyUsd = totalUsd;
    const without = options.context.length > 0 ? ', without the changes by --context' : '';
    context.log(`about $${totalUsd.toFixed(2)} a month (prices of ${pricesAsOf}${without})`);
    if (options.dryRun || options.yes || changes.every((change) => change === 'unchanged')) return;
    await confirm(context, 'Deploy this?', 'yes');
  },
};
