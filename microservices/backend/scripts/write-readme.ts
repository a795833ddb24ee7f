// Writes the table of environment variables in README.md from the schema that validates them.

import { readFile } from 'node:fs/promises';
import { EnvironmentSchema } from '../src/config/env.ts';
import { generate } from './generated-file.ts';

const README = new URL('../README.md', import.meta.url);
const SECTION = /(<!-- environment:begin -->\n)[\s\S]*(<!-- environment:end -->)/;

const code = (text: unknown): string => `\`${text}\``;

const rows = Object.entries(EnvironmentSchema.properties).map(([name, schema]) => {
  const preset = 'default' in schema && schema.default !== '' ? code(schema.default) : '';
  const choices = 'enum' in schema ? ` (${schema.enum.map(code).join(', ')})` : '';
  const description = 'description' in schema ? schema.description : '';
  return `| ${code(name)} | ${preset} | ${description}${choices} |`;
});
const table = ['| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
const readme = await readFile(README, 'utf8');
await generate(README, readme.replace(SECTION, `$1${table}$2`));
