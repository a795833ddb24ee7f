import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fromRoot } from '../../src/targets.ts';

/** A running program of .carthub/bin. */
export interface Program extends AsyncDisposable {
  readonly name: string;
  readonly hasExited: () => boolean;
  /** Its largest resident memory so far; 0 after its end. */
  readonly peakMemoryMiB: () => Promise<number>;
}

/** @param log a file that receives its output */
export function startProgram(name: string, args: readonly string[], log: string): Program {
  const output = openSync(log, 'a');
  const child = spawn(fromRoot(`.carthub/bin/${name}`), args, {
    stdio: ['ignore', output, output],
  });
  return {
    name,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    peakMemoryMiB: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
    },
    [Symbol.asyncDispose]: () => kill(child),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address
          ? resolve(address.port)
          : reject(new Error('no free port')),
      );
    });
  });
}
