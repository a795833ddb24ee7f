import { readFile } from 'node:fs/promises';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { EVENTS } from '../../src/events/event-schemas.ts';
import { createTestApp } from '../../test-support/test-app.ts';

const FILE = new URL('../../asyncapi.json', import.meta.url);

it('asyncapi.json is an AsyncAPI 3.0 document of every event, served at /asyncapi.json', async () => {
  const document = JSON.parse(await readFile(FILE, 'utf8'));
  const ajv = new Ajv({ strict: false, logger: false });
  addFormats.default(ajv);
  const validate = ajv.compile(Object(specs.schemasWithoutId['3.0.0']));
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  expect(Object.keys(document.components.messages)).toEqual(Object.keys(EVENTS));
  await using shop = await createTestApp();
  const { body } = await shop.call({ method: 'GET', url: '/asyncapi.json' });
  expect(body).toEqual(document);
});
