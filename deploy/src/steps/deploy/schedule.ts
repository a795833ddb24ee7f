import { kubectl } from '../../commands/kubectl.ts';
import { lastLines } from '../../commands/run-command.ts';
import { Failure } from '../../failure.ts';
import type { Step } from '../step.ts';

/**
 * Fewer pods at night (decision 021), which is no service's own. After the first releases, whose autoscalers it changes;
 * applying it again changes nothing.
 */
export const schedule: Step = {
  title: 'Schedule',
  isReadOnly: false,
  async run(context) {
    const { environment } = context.options;
    if (environment === 'development') {
      context.log('none in development, which has one pod of each service');
      return;
    }
    const folder = `platform/schedules/${environment}`;
    const outcome = await kubectl(context, ['apply', '-k', folder]);
    context.signal.throwIfAborted();
    if (outcome.code !== 0)
      throw new Failure(
        'The schedule of the pods cannot be applied.',
        lastLines(outcome),
        'Check that you can assume ClusterAdminRoleArn and reach the cluster, then run again.',
      );
    context.log(`applied ${folder}`);
  },
};
