/**
 * Runs something that the page can do without, such as a browser API that may be missing, blocked or broken.
 * A failure goes to the console.
 *
 * @returns undefined after a failure
 */
export function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    report(error);
    return undefined;
  }
}

function report(error: unknown): void {
  try {
    console.warn('The page goes on without:', error);
  } catch {
    // The console may be what is broken.
  }
}
