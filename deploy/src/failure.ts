/** Exit codes of the script. */
export const EXIT = { failed: 1, usage: 2, interrupted: 130 } as const;

/** What stops the script, in the three parts that a reader needs. */
export class Failure extends Error {
  readonly why: string;
  readonly remedy: string;
  readonly exitCode: number;

  /** @param what failed, in one line; @param why it did; @param remedy what to do about it */
  constructor(what: string, why: string, remedy: string, exitCode: number = EXIT.failed) {
    super(what);
    this.why = why;
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

/** The message of anything thrown, with the name that AWS gives its errors. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return `${name}${error.message || 'no message'}${code}`;
}

/** Three lines for whoever runs the script. */
export function tell(failure: Failure): string {
  return [
    `FAILED: ${failure.message}`,
    `  why:  ${failure.why.trim().replaceAll('\n', '\n        ')}`,
    `  do:   ${failure.remedy}`,
  ].join('\n');
}
