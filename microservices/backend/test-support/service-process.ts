// The processes of the service, which a test can kill.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServiceProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Runs the API or the worker from its source, with these variables only. */
export function startServiceProcess(
  entry: 'src/main.ts' | 'src/worker.ts',
  env: Record<string, string>,
  ...words: string[]
): ServiceProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...words], {
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
    [Symbol.asyncDispose]: () => killProcess({ child, ended }),
  };
}

export async function killProcess({
  child,
  ended,
}: Pick<ServiceProcess, 'child' | 'ended'>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}
