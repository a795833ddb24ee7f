// cli.schema.json: the commands of carthub-db and their options.

import { parseArgs } from 'node:util';
import { at, isObject, type JsonObject } from '../json.ts';
import { readContract } from './contract.ts';
import { findViolations } from './validator.ts';

/** @returns a sentence for each argument that carthub-db does not accept */
export function findArgumentProblems(args: readonly string[]): string[] {
  const commands = at(readContract('database', 'cli.schema.json'), 'commands');
  const [name, schema] =
    Object.entries(isObject(commands) ? commands : {}).find(
      ([words]) => args.slice(0, words.split(' ').length).join(' ') === words,
    ) ?? [];
  if (name === undefined || !isObject(schema)) return [`unknown command ${args[0]}`];
  try {
    const { values, positionals } = parse(schema, args.slice(name.split(' ').length));
    const wanted = at(schema, 'x-arguments');
    const count = Array.isArray(wanted) ? wanted.length : 0;
    return [
      ...findViolations(schema, values),
      ...(positionals.length === count
        ? []
        : [`${name} takes ${count} arguments, not ${positionals.length}`]),
    ];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function parse(schema: JsonObject, args: string[]) {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const options = Object.entries(properties).map(([name, property]) => {
    const isFlag = at(property, 'type') === 'boolean';
    return [name, { type: isFlag ? ('boolean' as const) : ('string' as const) }] as const;
  });
  return parseArgs({ args, options: Object.fromEntries(options), allowPositionals: true });
}
