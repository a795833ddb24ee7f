import { Failure } from '../failure.ts';
import { push } from '../git.ts';
import { brought } from '../pipeline.ts';
import { outputOf } from '../stacks.ts';
import type { Step } from './step.ts';

function service(name: string): Step {
  return {
    title: `Service ${name}`,
    reads: false,
    async run(context) {
      const { options } = context;
      if (options.context.some((pair) => pair.startsWith('githubOwner='))) {
        context.say('its source is on GitHub: push there, nothing is pushed from here');
        return;
      }
      const output = `${name[0]?.toUpperCase()}${name.slice(1)}CloneUrl`;
      const url = await outputOf(context, options.stackName, output);
      if (!url)
        throw new Failure(
          `The repository of the ${name} is unknown.`,
          `Stack ${options.stackName} has no output ${output}.`,
          'Check --stack-name.',
        );
      const { commit, isNew } = await push(context, name, url);
      context.say(`${isNew ? 'pushed' : 'pushed before'}: ${commit.slice(0, 7)}`);
      await brought(context, `carthub-${name}`, commit, isNew);
    },
  };
}

/** In this order: the migrations first, and the frontend after the API it was made for. */
export const services: readonly Step[] = ['database', 'backend', 'frontend'].map(service);
