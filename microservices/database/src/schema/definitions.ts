// What the statements of definitions.queries.ts create.

const NAME = String.raw`((?:"(?:""|[^"])+"|[^\s"().,]+))`;

const KINDS = [
  { kind: 'extension', pattern: new RegExp(`^create extension if not exists ${NAME} `) },
  { kind: 'collation', pattern: new RegExp(String.raw`^create collation public\.${NAME} `) },
  {
    kind: 'function',
    pattern: /^CREATE OR REPLACE (?:FUNCTION|PROCEDURE) public\.(.*?\))(?=\n| RETURNS)/s,
  },
  {
    kind: 'trigger',
    pattern: new RegExp(
      String.raw`^CREATE (?:CONSTRAINT )?TRIGGER ${NAME} .* ON public\.${NAME} `,
      's',
    ),
  },
] as const;

export interface Defined {
  readonly kind: (typeof KINDS)[number]['kind'];
  /** Such as `trigger touched on table carts`. */
  readonly name: string;
  /** Of a trigger. */
  readonly table: string | undefined;
}

/** undefined: the statement creates something else. */
export function readDefinition(definition: string): Defined | undefined {
  for (const { kind, pattern } of KINDS) {
    const [, name, table] = pattern.exec(definition) ?? [];
    if (name === undefined) continue;
    const on = table === undefined ? '' : ` on table ${table}`;
    return { kind, name: `${kind} ${name}${on}`, table };
  }
  return undefined;
}
