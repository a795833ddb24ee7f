// Writes env.schema.json: the variables of the service as a JSON Schema, for the checks of deployments.
// test/config/env-schema.test.ts compares its rules with readEnvironment.
//
// Annotations
//   x-files    the value is a directory; the files that the service reads in it.
//   x-file     the value is the path of a file that the service reads.

import { PARTS } from '../src/config/connection-parameters.ts';
import { EnvironmentSchema } from '../src/config/env.ts';
import { generate } from './generated-file.ts';

const ANNOTATIONS: Readonly<Record<string, object>> = {
  DATABASE_CREDENTIALS_DIR: { 'x-files': PARTS },
  DATABASE_CA_FILE: { 'x-file': true },
  GUEST_TOKEN_SECRET_FILE: { 'x-file': true },
  WEBHOOK_SECRET_FILE: { 'x-file': true },
  ORDER_LINK_SECRET_FILE: { 'x-file': true },
  STRIPE_SECRET_KEY_FILE: { 'x-file': true },
  STRIPE_WEBHOOK_SECRET_FILE: { 'x-file': true },
};

const set = (...names: string[]) => ({ required: names });

const STRIPE_SECRETS = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'];

/** Rules between variables, as in src/config. */
const RULES = [
  {
    anyOf: [
      set('DATABASE_URL'),
      set('DATABASE_CREDENTIALS_DIR'),
      set('DATABASE_HOST', 'DATABASE_DATABASE', 'DATABASE_USERNAME'),
    ],
  },
  { not: set('DATABASE_URL', 'DATABASE_CREDENTIALS_DIR') },
  {
    anyOf: [
      set('GUEST_TOKEN_SECRET'),
      set('GUEST_TOKEN_SECRET_FILE'),
      { properties: { CARTHUB_AUTH: { const: 'off' } }, required: ['CARTHUB_AUTH'] },
    ],
  },
  { not: set('GUEST_TOKEN_SECRET', 'GUEST_TOKEN_SECRET_FILE') },
  {
    anyOf: [{ not: set('WEBHOOK_URL') }, set('WEBHOOK_SECRET'), set('WEBHOOK_SECRET_FILE')],
  },
  { not: set('WEBHOOK_SECRET', 'WEBHOOK_SECRET_FILE') },
  { not: set('ORDER_LINK_SECRET', 'ORDER_LINK_SECRET_FILE') },
  {
    if: { properties: { PAYMENT_PROVIDER: { const: 'stripe' } }, required: ['PAYMENT_PROVIDER'] },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema.
    then: {
      allOf: [
        set('STRIPE_PUBLISHABLE_KEY'),
        ...STRIPE_SECRETS.map((name) => ({ oneOf: [set(name), set(`${name}_FILE`)] })),
      ],
    },
  },
];

const properties = Object.entries(EnvironmentSchema.properties).map(([name, schema]) => [
  name,
  { ...schema, ...ANNOTATIONS[name] },
]);
const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: "Environment of the backend's container",
  description: 'Written by "npm run env-schema". An empty value counts as absent.',
  type: 'object',
  properties: Object.fromEntries(properties),
  additionalProperties: false,
  dependentRequired: { OIDC_ISSUER: ['OIDC_AUDIENCE'] },
  allOf: RULES,
};
await generate(
  new URL('../env.schema.json', import.meta.url),
  `${JSON.stringify(schema, null, 2)}\n`,
);
