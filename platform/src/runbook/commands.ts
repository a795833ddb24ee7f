import { readFileSync } from 'node:fs';
import { parse } from 'shell-quote';
import { fromRoot } from '../targets.ts';

export const RUNBOOK = fromRoot('docs/runbook.md');

/** The words of one command, unquoted: `['kubectl', 'get', 'pods']`. */
export type Command = readonly string[];

/**
 * The commands of a program in Markdown: in shell blocks and between backticks. `|`, `&&` and `;` separate
 * commands.
 */
export function commandsOf(program: string, markdown: string): Command[] {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const prose = markdown.replace(/^```.*?^```$/gms, '');
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  return [...lines, ...spans.map((span) => span.replaceAll('\n', ' '))]
    .flatMap(split)
    .filter((command) => command[0] === program && command.length > 3);
}

export function readRunbook(): string {
  return readFileSync(RUNBOOK, 'utf8');
}

/** A word in capitals is a placeholder that the reader fills in. */
export function hasPlaceholder(command: Command): boolean {
  return command.some((word) => /(^|[=/,])[A-Z]{2,}(_[A-Z]+)*$/.test(word));
}

function split(line: string): Command[] {
  const commands: string[][] = [[]];
  for (const token of parse(line, (name) => `$${name}`)) {
    if (typeof token === 'string') commands.at(-1)?.push(token);
    else if ('pattern' in token) commands.at(-1)?.push(token.pattern);
    else if ('comment' in token) break;
    else commands.push([]);
  }
  return commands;
}
