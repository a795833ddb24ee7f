import { type Context, known } from '../context.ts';
import { Failure } from '../failure.ts';
import { stackOf } from './stacks.ts';

/**
 * Stacks have the same names in both environments: what is there has to be of the one that is meant. A
 * stack that does not say which it is, is taken for the other.
 *
 * @throws Failure before anything is changed
 */
export async function expectSameEnvironment(context: Context): Promise<void> {
  const { environment } = context.options;
  for (const { name } of known(context.assembly, 'assembly').stacks) {
    const stack = await stackOf(context, name);
    if (!stack || stack.StackStatus === 'REVIEW_IN_PROGRESS') continue;
    const tag = stack.Tags?.find(({ Key }) => Key === 'environment')?.Value;
    if (tag === environment) continue;
    throw new Failure(
      tag
        ? `Stack ${name} is of ${tag}, not of ${environment}.`
        : `Stack ${name} does not say of which environment it is.`,
      'The names of stacks are the same in both; an account or region holds one of them.',
      tag
        ? 'Give the right --environment, --region and --profile.'
        : 'Look at it in the console; if it is meant, give it the tag environment, then run again.',
    );
  }
}
