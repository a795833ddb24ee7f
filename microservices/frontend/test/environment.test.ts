import { expect, test } from 'vitest';
import schema from '../env.schema.json';
import template from '../nginx/nginx.conf.template?raw';
import startScript from '../nginx/start.sh?raw';

test('env.schema.json lists the variables that start.sh reads, with their defaults', () => {
  // Each variable is trimmed, without a default, before it is read.
  const read = [...startScript.matchAll(/(?<!trimmed ")\$\{([A-Z_]+):-([^}]*)\}/g)];
  const documented = Object.entries(schema.properties).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  expect(Object.fromEntries(read.map(([, name, value]) => [name, value]))).toEqual(
    Object.fromEntries(documented),
  );
});

test('start.sh and env.schema.json accept the same backend addresses', () => {
  const [, pattern] = /grep -Eqx '([^']+)'/.exec(startScript) ?? [];
  expect(schema.properties.BACKEND_URL.pattern).toBe(`^${pattern}$`);
  expect(schema.properties.BACKEND_URL.default).toMatch(
    new RegExp(schema.properties.BACKEND_URL.pattern),
  );
});

test('start.sh fills in every placeholder of the nginx configuration', () => {
  const files = import.meta.glob<string>('../nginx/*.conf', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const placeholders = [template, ...Object.values(files)].flatMap(
    (text) => text.match(/@[A-Z]+@/g) ?? [],
  );
  const filledIn = startScript.match(/@[A-Z]+@/g) ?? [];
  expect(new Set(placeholders)).toEqual(new Set(filledIn));
});
