import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Execution {
  readonly id: string;
  /** Commit of the source; undefined if it could not be fetched. */
  readonly revision: string | undefined;
  readonly action: string;
  polls: number;
}

/** CodePipeline: one execution per new commit. Each poll advances it by a stage. */
export class Pipelines {
  /** Pipelines whose next execution fails in Build. */
  readonly failing = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #executions = new Map<string, Execution[]>();
  /** Name of the source action, and the folder of its bare repositories. */
  source: { readonly action: string; readonly repositories: string };
  #count = 0;

  constructor(repositories: string) {
    this.source = { action: 'CodeCommit', repositories };
  }

  handle(action: string, body: Record<string, unknown>): object {
    const name = String(body.pipelineName ?? body.name);
    const executions = this.#executions.get(name) ?? [];
    this.#executions.set(name, executions);
    const revision = this.#headOf(name);
    const isArrived = revision && !executions.some((execution) => execution.revision === revision);
    if (action === 'StartPipelineExecution' || isArrived) {
      const id = `execution-${++this.#count}`;
      const execution = { id, revision, action: this.source.action, polls: 0 };
      executions.unshift(execution);
      if (this.failing.delete(name) || !revision) this.#failed.add(execution.id);
      if (!isArrived || action === 'StartPipelineExecution')
        return { pipelineExecutionId: execution.id };
    }
    if (action === 'ListPipelineExecutions')
      return { pipelineExecutionSummaries: executions.map((one) => this.#summary(one)) };
    const filter = body.filter as { pipelineExecutionId?: string } | undefined;
    const one = executions.find(({ id }) => id === filter?.pipelineExecutionId);
    return { actionExecutionDetails: one ? this.#actions(one) : [] };
  }

  #headOf(pipeline: string): string | undefined {
    try {
      const args = [
        '--git-dir',
        join(this.source.repositories, pipeline),
        'rev-parse',
        '--verify',
        '-q',
      ];
      return execFileSync('git', [...args, 'refs/heads/main'], { encoding: 'utf8' }).trim();
    } catch {
      return undefined;
    }
  }

  #summary(execution: Execution): object {
    execution.polls += 1;
    const end = this.#failed.has(execution.id) ? 'Failed' : 'Succeeded';
    return {
      pipelineExecutionId: execution.id,
      status: execution.polls > 3 ? end : 'InProgress',
      sourceRevisions: execution.revision
        ? [{ actionName: execution.action, revisionId: execution.revision }]
        : [],
    };
  }

  #actions({ id, polls, revision, action }: Execution): object[] {
    const source = { stageName: 'Source', actionName: action, status: 'Succeeded' };
    if (!revision) {
      const errorDetails = { code: 'ActionFailed', message: 'No Branch [main] found' };
      return [{ ...source, status: 'Failed', output: { executionResult: { errorDetails } } }];
    }
    const building = { stageName: 'Build', actionName: 'Build', status: 'InProgress' };
    if (polls < 3) return [building, source];
    if (!this.#failed.has(id))
      return [
        {
          ...building,
          stageName: 'Deploy',
          actionName: 'Deploy',
          status: polls > 3 ? 'Succeeded' : 'InProgress',
        },
        { ...building, status: 'Succeeded' },
        source,
      ];
    const executionResult = {
      externalExecutionUrl: 'https://console.aws.amazon.com/codebuild/mock',
      errorDetails: { code: 'JobFailed', message: 'Build terminated with state: FAILED' },
    };
    return [{ ...building, status: 'Failed', output: { executionResult } }, source];
  }
}
