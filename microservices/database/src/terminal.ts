/** Where a command writes: results to `out`, progress and problems to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** `err` is a terminal, so a line can be overwritten. */
  readonly isInteractive: boolean;
}

/** 0: done. 1: the work failed, and the database is as it was before the failing step. 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
