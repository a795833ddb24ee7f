import { createInterface } from 'node:readline/promises';
import type { Context } from './context.ts';
import { EXIT, Failure } from './failure.ts';

/**
 * Requires that the operator types `answer`.
 * @throws Failure without a terminal, or if something else is typed
 */
export async function confirm(context: Context, question: string, answer: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Failure(
      'There is no terminal to confirm at.',
      'The script runs without a terminal and without --yes.',
      'Add --yes (to destroy production also --confirm production).',
      EXIT.usage,
    );
  const typed = await readAnswer(context, `${question} Type "${answer}": `);
  if (typed?.trim() !== answer)
    throw new Failure(
      'Not confirmed.',
      typed ? `"${typed}" was typed.` : 'Nothing was typed.',
      `Nothing was changed. To continue, run again and type "${answer}".`,
    );
}

/** @returns undefined if the terminal was closed (Ctrl-D) */
async function readAnswer({ signal }: Context, question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  // While readline reads, Ctrl-C arrives as a key and not as a signal.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    // Without the second signal the question would never settle after Ctrl-D.
    return await terminal.question(question, { signal: AbortSignal.any([signal, closed.signal]) });
  } catch (error) {
    process.stdout.write('\n');
    signal.throwIfAborted();
    if (closed.signal.aborted) return undefined;
    throw error;
  } finally {
    terminal.close();
  }
}
