// Writes the table of environment variables in README.md from the schema that validates them.

import { readFile } from 'node:fs/promises';
import { EnvironmentSchema } from '../src/config/env.ts';
import { generate } from './generated-file.ts';

const README = new URL('../README.md', import.meta.url);
const SECTION = /(<!-- environment:begin -->\n)[\s\S]*(<!-- environment:end -->)/;

interface Variable {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
}

function row(name: string, { description = '', default: preset, enum: choices }: Variable): string {
  const allowed = choices ? ` (${choices.map((choice) => `\`${choice}\``).join(', ')})` : '';
  const shown = preset === undefined || preset === '' ? '' : `\`${preset}\``;
  return `| \`${name}\` | ${shown} | ${description}${allowed} |`;
}

const rows = Object.entries(EnvironmentSchema.properties).map(([name, schema]) => row(name, schema));
const table = ['| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
const readme = await readFile(README, 'utf8');
await generate(README, readme.replace(SECTION, `$1${table}$2`));
