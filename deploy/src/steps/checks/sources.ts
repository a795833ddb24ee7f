import { z } from 'zod';
import { lastLines, run } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { githubSourceOf } from '../../templates/github-source.ts';
import { SERVICES } from '../deploy/services.ts';
import type { Step } from '../step.ts';

const ANSWER = z.object({
  Connection: z.object({ ConnectionName: z.string(), ConnectionStatus: z.string() }),
});

/**
 * By the AWS CLI, because the ARN says which of the two services, of the old name and of the new, knows it.
 * @throws Failure unless AWS may use the connection
 */
async function expectAvailable(context: Context, arn: string): Promise<void> {
  const [, , service = '', region = ''] = arn.split(':');
  const args = [service, 'get-connection', '--connection-arn', arn, '--region', region];
  const { env, signal } = context;
  const outcome = await run('aws', [...args, '--output', 'json'], { env, signal });
  signal.throwIfAborted();
  if (outcome.code !== 0)
    throw new Failure(
      'The connection to GitHub can not be read.',
      lastLines(outcome),
      `Check githubConnection, let ${service}:GetConnection be allowed to you, then run again. Nothing was changed.`,
    );
  const { ConnectionName: name, ConnectionStatus: status } = ANSWER.parse(
    JSON.parse(outcome.stdout),
  ).Connection;
  if (status !== 'AVAILABLE')
    throw new Failure(
      'The connection to GitHub is not authorised.',
      `${arn} is ${status}: only a person can let AWS read the repositories, once.`,
      `Open https://console.aws.amazon.com/codesuite/settings/connections?region=${region}, choose ${name} and "Update pending connection", sign in to GitHub, then run again. Nothing was changed.`,
    );
  context.say(`connection ${name} is ${status}`);
}

/** Before anything is made: a pipeline without its source would only fail an hour later. */
export const sources: Step = {
  title: 'Sources',
  reads: true,
  async run(context) {
    const github = SERVICES.flatMap((name) => githubSourceOf(context, name) ?? []);
    if (github.length === 0) {
      context.say('in CodeCommit, pushed from here');
      return;
    }
    const places = github.map(({ repository }) => repository).join(', ');
    context.say(`on GitHub, nothing is pushed from here: ${places}`);
    for (const arn of new Set(github.map(({ connectionArn }) => connectionArn)))
      await expectAvailable(context, arn);
  },
};
