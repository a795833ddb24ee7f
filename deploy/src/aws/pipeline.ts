import {
  type ActionExecutionDetail,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineExecutionSummary,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { elapsed, until } from '../wait.ts';

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

/** The execution that is waited for. */
export interface Wanted {
  /** Such as `for 1234567`. */
  readonly what: string;
  /** True if it begins by itself, because its commit has only just been pushed. */
  readonly isComing: boolean;
  /** What to do if it fails. */
  readonly remedy: string;
  /** @param executions newest first */
  find(executions: readonly PipelineExecutionSummary[]): PipelineExecutionSummary | undefined;
}

export function ofCommit(commit: string, isNew: boolean): Wanted {
  return {
    what: `for ${commit.slice(0, 7)}`,
    isComing: isNew,
    remedy:
      'Mend it, commit, then run again: a change is pushed, and without one the pipeline is started again.',
    find: (executions) =>
      executions.find(({ sourceRevisions = [] }) =>
        sourceRevisions.some(({ revisionId }) => revisionId === commit),
      ),
  };
}

/**
 * The last one, if it took its source by this action: what an earlier source has brought out does not count.
 * One that could not take its source has no revision.
 */
export function newestFrom(action: string, remedy: string): Wanted {
  return {
    what: `from ${action}`,
    isComing: false,
    remedy,
    find: ([newest]) =>
      newest?.sourceRevisions?.every(({ actionName }) => actionName === action) === false
        ? undefined
        : newest,
  };
}

/** The execution that is wanted; starts one if the last has failed and nobody pushed. */
async function executionOf(context: Context, pipeline: string, wanted: Wanted): Promise<string> {
  const look = async () => wanted.find(await executionsOf(context, pipeline));
  const last = await look();
  const isOver = last?.status !== 'Succeeded' && ENDED.includes(last?.status ?? '');
  if (!wanted.isComing && (isOver || !last)) {
    context.say(`${pipeline}: ${last ? `last time ${last.status}` : 'never run'}, starting it`);
    const { pipelineExecutionId } = await context.aws.pipelines.send(
      new StartPipelineExecutionCommand({ name: pipeline }),
    );
    if (pipelineExecutionId) return pipelineExecutionId;
  }
  const wait = {
    what: `The execution of ${pipeline} ${wanted.what}`,
    timeoutMs: 10 * 60_000,
    remedy: 'Check the rule of Events that starts the pipeline, then run again.',
  };
  return await until(context, wait, async () => (await look())?.pipelineExecutionId);
}

async function failureOf(
  context: Context,
  pipeline: string,
  { id, status, remedy }: { id: string; status: string; remedy: string },
) {
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
    remedy,
  );
}

/**
 * Waits, with a line for each stage, until the pipeline has brought out what is wanted.
 * @returns the commit
 */
export async function brought(context: Context, pipeline: string, wanted: Wanted): Promise<string> {
  const since = Date.now();
  const id = await executionOf(context, pipeline, wanted);
  let told = '';
  const wait = {
    what: `The end of ${pipeline}`,
    timeoutMs: 90 * 60_000,
    remedy: `See execution ${id} in the console, then run again.`,
  };
  const { status, commit } = await until(context, wait, async () => {
    const execution = (await executionsOf(context, pipeline)).find(
      ({ pipelineExecutionId }) => pipelineExecutionId === id,
    );
    const actions = await actionsOf(context, pipeline, id);
    const stages = actions.map(({ stageName, status: state }) => `${stageName} ${state}`);
    const line = [...stages].reverse().join(', ');
    if (line && line !== told) context.say(`${pipeline}: ${line}, ${elapsed(since)}`);
    told = line || told;
    const state = execution?.status ?? '';
    if (!ENDED.includes(state)) return undefined;
    return { status: state, commit: execution?.sourceRevisions?.[0]?.revisionId ?? 'unknown' };
  });
  const { remedy } = wanted;
  if (status !== 'Succeeded') throw await failureOf(context, pipeline, { id, status, remedy });
  return commit;
}
