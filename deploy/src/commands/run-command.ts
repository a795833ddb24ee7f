import { spawn } from 'node:child_process';

export interface Outcome {
  /** Undefined if the program is missing or was ended by a signal. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** What the program reads. @default - nothing */
  readonly input?: string;
}

/** Runs a program to its end without a shell. Never throws. */
export function run(
  program: string,
  args: readonly string[],
  { input = '', ...options }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, env: options.env ?? process.env });
    // A program that ends without reading breaks the pipe; its exit code says why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
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

const MAX_LINE_LENGTH = 300;

/**
 * The last lines of a program's output, which usually hold the reason of a failure. Drops stack traces and
 * cuts long lines, which would hide the others.
 */
export function lastLines({ stdout, stderr }: Outcome, count = 6): string {
  const lines = (stderr.trim() ? stderr : stdout)
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) && line.trim() !== '')
    .map((line) => (line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line));
  return lines.slice(-count).join('\n') || 'It printed nothing.';
}
