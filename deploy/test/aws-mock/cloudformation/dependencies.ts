import type { Template } from './template.ts';

/** Names that a value refers to: logical ids, parameters and pseudo parameters. */
export function readReferences(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  references(value, found);
  return found;
}

function references(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) references(item, found);
  else if (value && typeof value === 'object')
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'Ref') found.add(String(inner));
      else if (key === 'Fn::GetAtt')
        found.add(Array.isArray(inner) ? String(inner[0]) : (String(inner).split('.')[0] ?? ''));
      else if (key === 'Fn::Sub') {
        const [text, variables = {}] = [inner].flat() as [string, object?];
        for (const [, name = ''] of text.matchAll(/\$\{([A-Za-z0-9:]+)/g))
          if (!(name in variables)) found.add(name);
      }
      references(inner, found);
    }
}

/** What each resource needs to exist: references and DependsOn (AWS: "DependsOn attribute"). */
export function dependenciesOf(template: Template): ReadonlyMap<string, readonly string[]> {
  const names = Object.keys(template.Resources);
  return new Map(
    Object.entries(template.Resources).map(([name, { Properties, DependsOn = [] }]) => {
      const found = new Set([DependsOn].flat());
      references(Properties, found);
      return [name, names.filter((other) => other !== name && found.has(other))];
    }),
  );
}

/** Logical ids, each after those that it needs. CloudFormation deletes in the reverse order. */
export function creationOrder(template: Template): readonly string[] {
  const needs = dependenciesOf(template);
  const order = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (order.has(name) || path.includes(name)) return;
    for (const other of needs.get(name) ?? []) visit(other, [...path, name]);
    order.add(name);
  };
  for (const name of needs.keys()) visit(name, []);
  return [...order];
}
