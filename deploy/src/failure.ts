/** Exit codes of the script. */
export const EXIT = { failed: 1, usage: 2, interrupted: 130 } as const;

/** Stops the script with a message in three parts: what, why, what to do. */
export class Failure extends Error {
  readonly why: string;
  readonly remedy: string;
  readonly exitCode: number;

  /** @param what failed, in one line */
  constructor(what: string, why: string, remedy: string, exitCode: number = EXIT.failed) {
    super(what);
    this.why = why;
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

/** The message of any thrown value, with the error's name and code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return `${name}${error.message || 'no message'}${code}`;
}

/** The failure as three lines for the operator. */
export function formatFailure(failure: Failure): string {
  return [
    `FAILED: ${failure.message}`,
    `  why:  ${failure.why.trim().replaceAll('\n', '\n        ')}`,
    `  do:   ${failure.remedy}`,
  ].join('\n');
}
