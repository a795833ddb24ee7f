// Workers that a test can kill.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
}

/** The worker from its source, as a process of its own. */
export function startWorkerProcess(env: Record<string, string>, ...words: string[]): WorkerProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/worker.ts', ...words], {
    env: { PATH: process.env.PATH, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  const ended = once(child, 'exit').then(([code]) => code);
  return {
    child,
    output: () => text,
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export async function killWorker({ child, ended }: WorkerProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}
