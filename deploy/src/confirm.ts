import { createInterface } from 'node:readline/promises';
import type { Context } from './context.ts';
import { EXIT, Failure } from './failure.ts';

/**
 * Has `answer` typed by whoever runs the script.
 * @throws Failure if nobody is there to ask, or something else is typed
 */
export async function ask(context: Context, question: string, answer: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Failure(
      'Nobody is there to ask.',
      'The script runs without a terminal, and --yes is not given.',
      'Add --yes (and --confirm production, to destroy production).',
      EXIT.usage,
    );
  const typed = await answerTo(context, `${question} Type "${answer}": `);
  if (typed?.trim() !== answer)
    throw new Failure(
      'Not confirmed.',
      typed ? `"${typed}" was typed.` : 'Nothing was typed.',
      `Nothing was changed. Run again, and type "${answer}" if that is what you want.`,
    );
}

/** @returns undefined if the terminal was closed instead (Ctrl-D) */
async function answerTo({ signal }: Context, question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  // While it asks, the terminal sends Ctrl-C as a key: by itself it would be no signal.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    // Without the second signal a question that is closed would never end.
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
