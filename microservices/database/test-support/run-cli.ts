import { main } from '../src/main.ts';

export interface CliRun {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program in this process; returns its output and exit code. */
export async function runCli(
  databaseUrl: string,
  args: readonly string[],
  options: {
    readonly isInteractive?: boolean;
    readonly env?: Record<string, string>;
    readonly stop?: AbortSignal;
  } = {},
): Promise<CliRun> {
  let out = '';
  let err = '';
  const exitCode = await main(
    args,
    { DATABASE_URL: databaseUrl, ...options.env },
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      isInteractive: options.isInteractive ?? false,
    },
    () => options.stop ?? new AbortController().signal,
  );
  return { exitCode, out, err };
}
