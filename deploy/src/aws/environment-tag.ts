import { type Context, required } from '../context.ts';
import { Failure } from '../failure.ts';
import { stackOf } from './stacks.ts';

/**
 * Both environments use the same stack names, so each existing stack must carry the tag of the requested
 * environment. A stack without the tag is rejected too.
 *
 * @throws Failure, before anything is changed
 */
export async function expectSameEnvironment(context: Context): Promise<void> {
  const { environment } = context.options;
  for (const { name } of required(context.assembly, 'assembly').stacks) {
    const stack = await stackOf(context, name);
    if (!stack || stack.StackStatus === 'REVIEW_IN_PROGRESS') continue;
    const tag = stack.Tags?.find(({ Key }) => Key === 'environment')?.Value;
    if (tag === environment) continue;
    throw new Failure(
      tag
        ? `Stack ${name} belongs to ${tag}, not to ${environment}.`
        : `Stack ${name} has no tag "environment".`,
      'Both environments use the same stack names, so an account and region holds one of them.',
      tag
        ? 'Correct --environment, --region or --profile.'
        : 'Inspect the stack in the console. If it is the right one, add the tag, then run again.',
    );
  }
}
