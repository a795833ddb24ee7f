import { z } from 'zod';
import { lastLines, run } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { githubSourceOf } from '../../templates/github-source.ts';
import { SERVICES } from '../deploy/services.ts';
import type { Step } from '../step.ts';

const CONNECTION_RESPONSE = z.object({
  Connection: z.object({ ConnectionName: z.string(), ConnectionStatus: z.string() }),
});

/**
 * Uses the AWS CLI, because the ARN decides which service has the connection: codeconnections or its
 * predecessor codestar-connections.
 * @throws Failure unless the connection is available
 */
async function expectAvailable(context: Context, arn: string): Promise<void> {
  const [, , service = '', region = ''] = arn.split(':');
  const args = [service, 'get-connection', '--connection-arn', arn, '--region', region];
  const { env, signal } = context;
  const outcome = await run('aws', [...args, '--output', 'json'], { env, signal });
  signal.throwIfAborted();
  if (outcome.code !== 0)
    throw new Failure(
      'The connection to GitHub cannot be read.',
      lastLines(outcome),
      `Check githubConnection, allow your identity ${service}:GetConnection, then run again. Nothing was changed.`,
    );
  const { ConnectionName: name, ConnectionStatus: status } = CONNECTION_RESPONSE.parse(
    JSON.parse(outcome.stdout),
  ).Connection;
  if (status !== 'AVAILABLE')
    throw new Failure(
      'The connection to GitHub is not authorized.',
      `${arn} is ${status}: a person must allow AWS once to read the repositories.`,
      `Open https://console.aws.amazon.com/codesuite/settings/connections?region=${region}, choose ${name} and "Update pending connection", sign in to GitHub, then run again. Nothing was changed.`,
    );
  context.log(`connection ${name} is ${status}`);
}

/** Runs before anything is created: a pipeline without its source would fail an hour later. */
export const sources: Step = {
  title: 'Sources',
  isReadOnly: true,
  async run(context) {
    const github = SERVICES.flatMap((name) => githubSourceOf(context, name) ?? []);
    if (github.length === 0) {
      context.log('in CodeCommit, pushed from here');
      return;
    }
    const repositories = github.map(({ repository }) => repository).join(', ');
    context.log(`on GitHub, nothing is pushed from here: ${repositories}`);
    if (context.isOffline) {
      context.unchecked.push('sources: whether the connection to GitHub is authorized');
      return;
    }
    for (const arn of new Set(github.map(({ connectionArn }) => connectionArn)))
      await expectAvailable(context, arn);
  },
};
