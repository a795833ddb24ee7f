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
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const typed = await terminal.question(`${question} Type "${answer}": `, {
      signal: context.signal,
    });
    if (typed.trim() !== answer)
      throw new Failure('Not confirmed.', `"${typed}" was typed.`, 'Nothing was changed.');
  } finally {
    terminal.close();
  }
}
