import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ApiError } from './errors.ts';

interface Execution {
  readonly id: string;
  /** Commit of the source; undefined if it could not be fetched. */
  readonly revision: string | undefined;
  readonly action: string;
  readonly type: 'STANDARD' | 'ROLLBACK';
  /** The stage in which it will fail. */
  readonly failing: 'Source' | 'Build' | 'Deploy' | undefined;
  polls: number;
}

/** Polls after which a stage has ended: the list names the source's revision only once it is fetched (assumed). */
const ENDS = { Source: 1, Build: 2, Deploy: 4 } as const;
const MAX_RESULTS = 100;

/**
 * CodePipeline in QUEUED mode, with a deploy stage that rolls back: one execution per new commit, one after the other
 * (User Guide, "Set or change the pipeline execution mode"). Each list advances the oldest that runs; one that was
 * started by a request is not in the next list yet (assumed).
 */
export class Pipelines {
  /** Pipelines whose next execution fails in Build, and in Deploy. */
  readonly failing = new Set<string>();
  readonly failingDeployment = new Set<string>();
  readonly #executions = new Map<string, Execution[]>();
  /** Name of the source action, and the folder of its bare repositories. */
  source: { readonly action: string; readonly repositories: string };
  #count = 0;

  constructor(repositories: string) {
    this.source = { action: 'CodeCommit', repositories };
  }

  /** A new pipeline starts by itself, before anything is pushed (data-lakes-on-aws#261). */
  created(name: string): void {
    const revision = this.#headOf(name);
    const executions: Execution[] = [];
    this.#executions.set(name, executions);
    this.#add(executions, { revision, failing: revision ? undefined : 'Source' });
  }

  /** @throws ApiError */
  handle(action: string, body: Record<string, unknown>): object {
    const name = String(body.pipelineName ?? body.name);
    const executions = this.#executions.get(name);
    if (!executions)
      throw new ApiError('PipelineNotFoundException', `The pipeline ${name} was not found`);
    const revision = this.#headOf(name);
    const isStarted = action === 'StartPipelineExecution';
    const isKnown = executions.some((execution) => execution.revision === revision);
    if (isStarted || (revision !== undefined && !isKnown)) {
      const failing = this.#failureOf(name, revision);
      const { id } = this.#add(executions, { revision, failing, polls: isStarted ? -1 : 0 });
      if (isStarted) return { pipelineExecutionId: id };
    }
    if (action === 'ListPipelineExecutions') return this.#list(executions, body);
    const filter = body.filter as { pipelineExecutionId?: string } | undefined;
    const one = executions.find(({ id }) => id === filter?.pipelineExecutionId);
    return { actionExecutionDetails: one ? actionsOf(one) : [] };
  }

  #failureOf(name: string, revision: string | undefined): Execution['failing'] {
    if (!revision) return 'Source';
    if (this.failing.delete(name)) return 'Build';
    return this.failingDeployment.delete(name) ? 'Deploy' : undefined;
  }

  #add(
    executions: Execution[],
    { revision, failing, type = 'STANDARD', polls = 0 }: Partial<Execution>,
  ): Execution {
    const id = `execution-${++this.#count}`;
    const { action } = this.source;
    const execution: Execution = { id, revision, failing, type, action, polls };
    executions.unshift(execution);
    return execution;
  }

  /** Newest first, in pages (API_ListPipelineExecutions, "maxResults"). */
  #list(executions: Execution[], { maxResults = MAX_RESULTS, nextToken }: Record<string, unknown>) {
    const running = executions.findLast((one) => !isOver(one));
    if (running) this.#advance(executions, running);
    const listed = executions.filter(({ id, polls }) => polls > 0 || id !== running?.id);
    const start = Number(nextToken ?? 0);
    const end = start + Number(maxResults);
    return {
      pipelineExecutionSummaries: listed.slice(start, end).map(summaryOf),
      ...(end < listed.length && { nextToken: String(end) }),
    };
  }

  /**
   * A failed deploy stage "is rolled back to the most recent successful execution" in "a new execution" with the
   * revisions of that one (User Guide, "Configure a stage for automatic rollback"; API_PipelineExecutionSummary).
   */
  #advance(executions: Execution[], running: Execution): void {
    running.polls += 1;
    if (running.failing !== 'Deploy' || !isOver(running)) return;
    const target = executions.find((one) => one.type === 'STANDARD' && !one.failing && isOver(one));
    if (target) this.#add(executions, { revision: target.revision, type: 'ROLLBACK' });
  }

  #headOf(pipeline: string): string | undefined {
    try {
      const folder = join(this.source.repositories, pipeline);
      const args = ['--git-dir', folder, 'rev-parse', '--verify', '-q', 'refs/heads/main'];
      return execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch {
      return undefined;
    }
  }
}

const isOver = ({ polls, failing = 'Deploy' }: Execution): boolean => polls >= ENDS[failing];

function summaryOf(execution: Execution): object {
  const { id, type, revision, action, polls, failing } = execution;
  const isFetched = revision !== undefined && polls >= ENDS.Source;
  return {
    pipelineExecutionId: id,
    executionMode: 'QUEUED',
    executionType: type,
    status: isOver(execution) ? (failing ? 'Failed' : 'Succeeded') : 'InProgress',
    sourceRevisions: isFetched ? [{ actionName: action, revisionId: revision }] : [],
  };
}

/** Newest first (API_ListActionExecutions); a rollback runs only its stage. */
function actionsOf({ polls, action, failing, type }: Execution): object[] {
  const stages = [
    ['Source', action],
    ['Build', 'Build'],
    ['Deploy', 'Deploy'],
  ] as const;
  let begin: number = 0;
  const actions: object[] = [];
  for (const [stageName, actionName] of stages) {
    const end = ENDS[stageName];
    if (polls < begin) break;
    begin = end;
    if (type === 'ROLLBACK' && stageName !== 'Deploy') continue;
    const isFailed = failing === stageName && polls >= end;
    const status = isFailed ? 'Failed' : polls >= end ? 'Succeeded' : 'InProgress';
    actions.unshift({
      stageName,
      actionName,
      status,
      ...(isFailed && { output: { executionResult: resultOf(stageName) } }),
    });
    if (failing === stageName) break;
  }
  return actions;
}

function resultOf(stage: 'Source' | 'Build' | 'Deploy'): object {
  if (stage === 'Source')
    return { errorDetails: { code: 'ActionFailed', message: 'No Branch [main] found' } };
  return {
    externalExecutionUrl: 'https://console.aws.amazon.com/codebuild/mock',
    errorDetails: { code: 'JobFailed', message: 'Build terminated with state: FAILED' },
  };
}
