import type { Progress } from './progress.ts';
import type { Run } from './run-file.ts';

/** What `npm start` and `npm test` work with. */
export interface Session {
  readonly root: string;
  /** Holds everything that a run writes, except packages and builds. */
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly run: Run;
  /** Aborted when the run must stop. */
  readonly signal: AbortSignal;
}
