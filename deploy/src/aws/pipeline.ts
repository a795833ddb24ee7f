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

/**
 * Newest first, without rollbacks of a failed deploy stage: such an execution succeeds with the source of an earlier one,
 * and is newer than the one that failed (CodePipeline User Guide, "Configuring stage rollback").
 */
async function executionsOf(
  { aws }: Context,
  pipeline: string,
): Promise<readonly PipelineExecutionSummary[]> {
  const { pipelineExecutionSummaries = [] } = await aws.pipelines.send(
    new ListPipelineExecutionsCommand({ pipelineName: pipeline, maxResults: 20 }),
  );
  return pipelineExecutionSummaries.filter(({ executionType }) => executionType !== 'ROLLBACK');
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

/** Selects the execution to wait for. */
export interface ExecutionSelector {
  /** Such as `for 1234567`. */
  readonly what: string;
  /** True if AWS starts it, because its commit has just been pushed. */
  readonly startsByItself: boolean;
  /** What the operator can do if it fails. */
  readonly remedy: string;
  /** @param executions newest first */
  find(executions: readonly PipelineExecutionSummary[]): PipelineExecutionSummary | undefined;
}

export function ofCommit(commit: string, isNew: boolean): ExecutionSelector {
  return {
    what: `for ${commit.slice(0, 7)}`,
    startsByItself: isNew,
    remedy:
      'Fix it, commit, then run again: the script pushes a change, or restarts the pipeline if there is none.',
    find: (executions) =>
      executions.find(({ sourceRevisions = [] }) =>
        sourceRevisions.some(({ revisionId }) => revisionId === commit),
      ),
  };
}

/**
 * The newest execution, if its source came through this action: one from an earlier source does not count.
 * An execution that could not fetch its source has no revision.
 */
export function newestFrom(action: string, remedy: string): ExecutionSelector {
  return {
    what: `from ${action}`,
    startsByItself: false,
    remedy,
    find: ([newest]) =>
      newest?.sourceRevisions?.every(({ actionName }) => actionName === action) === false
        ? undefined
        : newest,
  };
}

/** The selected execution; starts one if the last failed and nothing was pushed. */
async function executionOf(
  context: Context,
  pipeline: string,
  selector: ExecutionSelector,
): Promise<string> {
  const look = async () => selector.find(await executionsOf(context, pipeline));
  const last = await look();
  const isOver = last?.status !== 'Succeeded' && ENDED.includes(last?.status ?? '');
  if (!selector.startsByItself && (isOver || !last)) {
    context.log(
      `${pipeline}: ${last ? `last execution ${last.status}` : 'no execution yet'}, starting one`,
    );
    const { pipelineExecutionId } = await context.aws.pipelines.send(
      new StartPipelineExecutionCommand({ name: pipeline }),
    );
    if (pipelineExecutionId) return pipelineExecutionId;
  }
  const wait = {
    what: `The execution of ${pipeline} ${selector.what}`,
    timeoutMs: 10 * 60_000,
    remedy: 'Check the EventBridge rule that starts the pipeline, then run again.',
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
 * Waits until the pipeline has deployed the selected execution; logs each change of stage.
 * @returns the commit
 */
export async function waitForPipeline(
  context: Context,
  pipeline: string,
  selector: ExecutionSelector,
): Promise<string> {
  const since = Date.now();
  const id = await executionOf(context, pipeline, selector);
  let logged = '';
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
    if (line && line !== logged) context.log(`${pipeline}: ${line}, ${elapsed(since)}`);
    logged = line || logged;
    const state = execution?.status ?? '';
    if (!ENDED.includes(state)) return undefined;
    return { status: state, commit: execution?.sourceRevisions?.[0]?.revisionId ?? 'unknown' };
  });
  const { remedy } = selector;
  if (status !== 'Succeeded') throw await failureOf(context, pipeline, { id, status, remedy });
  return commit;
}
