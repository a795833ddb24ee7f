import { Ajv } from 'ajv';
import { expect, it, vi } from 'vitest';
import { createTestApp } from '../../test-support/test-app.ts';

it('every route’s schemas are valid JSON schemas, which startup does not check', async () => {
  const compile = vi.spyOn(Ajv.prototype, 'compile');
  await using _shop = await createTestApp();
  const schemas = compile.mock.calls.map(([schema]) => schema);
  const ajv = new Ajv({ strict: false });
  expect(schemas.length).toBeGreaterThan(10);
  expect(schemas.filter((schema) => !ajv.validateSchema(schema))).toEqual([]);
});
