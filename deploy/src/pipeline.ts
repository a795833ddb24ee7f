import {
  type ActionExecutionDetail,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineExecutionSummary,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import type { Context } from './context.ts';
import { Failure } from './failure.ts';
import { elapsed, until } from './wait.ts';

const ENDED = ['Failed', 'Stopped', 'Cancelled', 'Superseded', 'Succeeded'];

async function executionsOf(
  { aws }: Context,
  pipeline: string,
): Promise<readonly PipelineExecutionSummary[]> {
  const { pipelineExecutionSummaries = [] } = await aws.pipelines.send(
    new ListPipelineExecutionsCommand({ pipelineName: pipeline, maxResults: 20 }),
  );
  return pipelineExecutionSummaries;
}

async function actionsOf(
  { aws }: Context,
  pipeline: string,
  id: string,
): Promise<readonly ActionExecutionDetail[]> {
  const { actionExecutionDetails = [] } = await aws.pipelines.send(
    new ListActionExecutionsCommand({
      pipelineName: pipeline,
      filter: { pipelineExecutionId: id },
    }),
  );
  return actionExecutionDetails;
}

/** The newest execution of a commit; starts one if the last has failed and nobody pushed. */
async function executionOf(
  context: Context,
  pipeline: string,
  commit: string,
  isNew: boolean,
): Promise<string> {
  const ofCommit = async () =>
    (await executionsOf(context, pipeline)).find(({ sourceRevisions = [] }) =>
      sourceRevisions.some(({ revisionId }) => revisionId === commit),
    );
  const last = await ofCommit();
  const isOver = last?.status !== 'Succeeded' && ENDED.includes(last?.status ?? '');
  if (!isNew && (isOver || !last)) {
    context.say(`${pipeline}: ${last ? `last time ${last.status}` : 'never run'}, starting it`);
    const { pipelineExecutionId } = await context.aws.pipelines.send(
      new StartPipelineExecutionCommand({ name: pipeline }),
    );
    if (pipelineExecutionId) return pipelineExecutionId;
  }
  const wait = {
    what: `The execution of ${pipeline} for ${commit.slice(0, 7)}`,
    timeoutMs: 10 * 60_000,
    remedy: 'Check the rule of Events that starts the pipeline, then run again.',
  };
  const found = await until(context, wait, async () => (await ofCommit())?.pipelineExecutionId);
  return found;
}

async function failureOf(context: Context, pipeline: string, id: string, status: string) {
  const actions = await actionsOf(context, pipeline, id);
  const failed = actions.find((action) => action.status === 'Failed');
  const result = failed?.output?.executionResult;
  const why = failed
    ? `${failed.stageName}/${failed.actionName}: ${result?.errorDetails?.message ?? result?.externalExecutionSummary ?? 'no message'}`
    : `Its execution ${id} is ${status}.`;
  const link = result?.externalExecutionUrl;
  return new Failure(
    `Pipeline ${pipeline} ${status === 'Failed' ? 'failed' : 'did not finish'}.`,
    link ? `${why}\n${link}` : why,
    'Mend it, commit, then run again: a change is pushed, and without one the pipeline is started again.',
  );
}

/** Waits, with a line for each stage, until the pipeline has brought out a commit. */
export async function brought(
  context: Context,
  pipeline: string,
  commit: string,
  isNew: boolean,
): Promise<void> {
  const since = Date.now();
  const id = await executionOf(context, pipeline, commit, isNew);
  let told = '';
  const wait = {
    what: `The end of ${pipeline}`,
    timeoutMs: 90 * 60_000,
    remedy: `See execution ${id} in the console, then run again.`,
  };
  const status = await until(context, wait, async () => {
    const execution = (await executionsOf(context, pipeline)).find(
      ({ pipelineExecutionId }) => pipelineExecutionId === id,
    );
    const actions = await actionsOf(context, pipeline, id);
    const stages = actions.map(({ stageName, status: state }) => `${stageName} ${state}`);
    const line = [...stages].reverse().join(', ');
    if (line && line !== told) context.say(`${pipeline}: ${line}, ${elapsed(since)}`);
    told = line || told;
    const state = execution?.status ?? '';
    return ENDED.includes(state) ? state : undefined;
  });
  if (status !== 'Succeeded') throw await failureOf(context, pipeline, id, status);
}
