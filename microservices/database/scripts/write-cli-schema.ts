// Writes cli.schema.json: a JSON Schema of the options of each carthub-db command, for the checks of
// deployments. With --check, only compares. Contains no defaults: some depend on the machine.

import { readFile, writeFile } from 'node:fs/promises';
import type { Command, Option } from 'commander';
import { parseCount } from '../src/commands/command.ts';
import { createProgram } from '../src/main.ts';

const FILE = new URL('../cli.schema.json', import.meta.url);

/** Commands by name: "backup", "schema dump". */
function commandsOf(command: Command, words: readonly string[] = []): [string, object][] {
  if (command.commands.length === 0) return [[words.join(' '), describe(command)]];
  return command.commands.flatMap((each) => commandsOf(each, [...words, each.name()]));
}

function describe({ options, registeredArguments }: Command): object {
  return {
    type: 'object',
    properties: Object.fromEntries(options.map((option) => [nameOf(option), typeOf(option)])),
    required: options.filter(({ mandatory }) => mandatory).map(nameOf),
    additionalProperties: false,
    'x-arguments': registeredArguments.map((argument) => argument.name()),
  };
}

function nameOf({ long }: Option): string {
  if (!long) throw new Error('Give every option a long name.');
  return long.replace(/^--/, '');
}

function typeOf({ description, flags, parseArg }: Option): object {
  if (!flags.includes('<')) return { description, type: 'boolean' };
  if (parseArg === parseCount) return { description, type: 'integer', minimum: 1 };
  return { description, type: 'string' };
}

const content = `${JSON.stringify(
  {
    title: 'Commands of carthub-db',
    description: 'Written by "npm run cli-schema".',
    commands: Object.fromEntries(commandsOf(createProgram(async () => {}))),
  },
  null,
  2,
)}\n`;
if (!process.argv.includes('--check')) await writeFile(FILE, content);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== content) {
  console.error('cli.schema.json is out of date: run "npm run cli-schema" and commit.');
  process.exitCode = 1;
}
