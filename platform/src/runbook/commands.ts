import { readFileSync } from 'node:fs';
import { parse } from 'shell-quote';
import { fromRoot } from '../targets.ts';

export const RUNBOOK = fromRoot('docs/runbook.md');
const MANUAL_DEPLOYMENT = fromRoot('docs/manual-deployment.md');

/** The words of one command, unquoted: `['kubectl', 'get', 'pods']`. */
export type Command = readonly string[];

/**
 * The commands of a program in Markdown: in shell blocks and between backticks. `|`, `&&` and `;` separate
 * commands.
 *
 * @param minWords fewer are a mention of the program in prose
 */
export function commandsOf(program: string, markdown: string, minWords = 4): Command[] {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const prose = markdown.replace(/^```.*?^```$/gms, '');
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  return [...lines, ...spans.map((span) => span.replaceAll('\n', ' '))]
    .flatMap(split)
    .filter((command) => command[0] === program && command.length >= minWords);
}

export function readRunbook(): string {
  return readFileSync(RUNBOOK, 'utf8');
}

export function readManualDeployment(): string {
  return readFileSync(MANUAL_DEPLOYMENT, 'utf8');
}

/** The same, once for each name where the command has the variable of a loop. */
export function expand(command: Command, variable: string, names: readonly string[]): Command[] {
  return command.some((word) => word.includes(`$${variable}`))
    ? names.map((name) => command.map((word) => word.replaceAll(`$${variable}`, name)))
    : [command];
}

/** The value after an option, or after its `=`. */
export function optionOf(command: Command, option: string): string | undefined {
  const index = command.indexOf(option);
  if (index >= 0) return command[index + 1];
  return command.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
}

/** A word in capitals is a placeholder that the reader fills in. */
export function hasPlaceholder(command: Command): boolean {
  return command.some((word) => /(^|[=/,])[A-Z]{2,}(_[A-Z]+)*$/.test(word));
}

function split(line: string): Command[] {
  const commands: string[][] = [[]];
  for (const token of parse(line, (name) => `$${name}`)) {
    if (token === 'do') commands.push([]);
    else if (typeof token === 'string') commands.at(-1)?.push(token);
    else if ('pattern' in token) commands.at(-1)?.push(token.pattern);
    else if ('comment' in token) break;
    else commands.push([]);
  }
  return commands;
}
