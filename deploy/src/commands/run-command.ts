import { spawn } from 'node:child_process';

export interface Outcome {
  /** Undefined if the program is not there or was ended by a signal. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end, without a shell and without input; never throws. */
export function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...options,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    child.on('error', (error) => resolve({ code: undefined, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? undefined, stdout, stderr }));
  });
}

const LONGEST_LINE = 300;

/**
 * The last lines of what a program said, which is where it says why it failed. Where in its own code that
 * was helps nobody here, and a line that lists hundreds of values hides the others.
 */
export function lastLines({ stdout, stderr }: Outcome, count = 6): string {
  const said = (stderr.trim() ? stderr : stdout)
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) && line.trim() !== '')
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
  return said.slice(-count).join('\n') || 'It said nothing.';
}
