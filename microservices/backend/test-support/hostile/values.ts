// Values that no schema foresees.

import fc from 'fast-check';

const LONG = 5000;
const DEEP = 20_000;

/** The same in each run. */
const RANDOM_TEXTS = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), {
  numRuns: 4,
  seed: 15,
});

const TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  'Ann \ud83d',
  '\udc00',
  '\ufffd\ufeff\u202e',
  '\r\nSet-Cookie: a=b',
  'x'.repeat(256),
  'x'.repeat(1025),
  'x'.repeat(LONG),
  '漢'.repeat(255),
  '😀'.repeat(255),
  '.',
  '..',
  '50%',
  'a/b?c#d',
  '__proto__',
  "' or 1=1; --",
  '-1',
  '1e999',
  '9'.repeat(400),
  'NaN',
  'true',
  'null',
  '[]',
  '2026-02-30',
  ...RANDOM_TEXTS,
];

/** As they are sent in an address; not all of them can be decoded. */
export const ENCODED: readonly string[] = [
  ...TEXTS.filter((text) => text.isWellFormed() && text !== '').map(encodeURIComponent),
  '%',
  '%zz',
  '%2',
  '%ff',
  '%c0%80',
  '%ed%a0%bd',
  '%f0%9f',
  'ok%e6%bc',
  '%2500',
  '%2e%2e%2f',
  '\u00ff',
  '\u00c5\u0081',
  '%00'.repeat(2000),
  ';a=b',
  '+',
  'a,b',
];

/** As they are sent in a body: JSON, or nearly so. */
export const FRAGMENTS: readonly Buffer[] = [
  ...TEXTS.map((text) => JSON.stringify(text)),
  '"\\ud83d"',
  '"\\u0000"',
  '1e999',
  '-1e999',
  '1e308',
  '5e-324',
  '1e-11',
  '0.30000000000000004',
  '22.000000000000004',
  '-0',
  '-1',
  '9007199254740993',
  '9'.repeat(400),
  'true',
  'null',
  '[]',
  '{}',
  '[{"__proto__":1}]',
  '"2026-02-30T00:00:00Z"',
  '['.repeat(DEEP) + ']'.repeat(DEEP),
  `${'{"a":'.repeat(DEEP / 4)}1${'}'.repeat(DEEP / 4)}`,
  '"unfinished',
  'undefined',
]
  .map((json) => Buffer.from(json))
  .concat([
    Buffer.from('"\xed\xa0\xbd"', 'latin1'),
    Buffer.from('"\xff"', 'latin1'),
    Buffer.from('"\xe6\xbc"', 'latin1'),
  ]);

const manyFields = Array.from({ length: 6500 }, (_, index) => `"f${index}":1`).join();

/** In place of a whole body. */
export const BODIES: readonly Buffer[] = [
  '',
  ' ',
  '{',
  '{}',
  '[]',
  'null',
  '"x"',
  '1',
  '\ufeff{}',
  '{"constructor":{"prototype":{}}}',
  '{"a/b~c":1,"\\ud83d":1,"\\u0000":1}',
  `{"${'k'.repeat(60_000)}":1}`,
  `{${manyFields}}`.slice(0, 65_000).replace(/,[^,]*$/, '}'),
  '{"x":"\\ud83d"}',
  `{"x":"${'y'.repeat(65_536)}"}`,
  '['.repeat(60_000),
  '{"a":1}{"b":2}',
  '{"a":1,"a":2}',
].map((text) => Buffer.from(text));

export const HEADER_VALUES: readonly string[] = [
  '',
  '*',
  '"1"',
  'W/"1", "2", *',
  '"unfinished',
  'a\tb',
  '\u00ff',
  '\u00ed\u00a0\u00bd',
  '\u00c5\u0081',
  '-1',
  '9'.repeat(400),
  'x'.repeat(LONG),
  "' or 1=1; --",
  'Basic Og==',
];

/** For headers that an operation does not document. */
export const FEW_HEADER_VALUES: readonly string[] = [
  '',
  '*',
  '\u00ed\u00a0\u00bd',
  'x'.repeat(LONG),
  'Bearer a.b.c',
  'a=b; carthub_session=x; =; ;',
];

/** Besides those that an operation documents. */
export const HEADER_NAMES: readonly string[] = [
  'accept',
  'authorization',
  'content-encoding',
  'content-type',
  'cookie',
  'if-none-match',
  'origin',
  'range',
  'x-customer-id',
  'x-forwarded-for',
  'x-request-id',
];

export const CONTENT_TYPES: readonly string[] = [
  'application/json',
  'application/json; charset=latin1',
  'application/json; charset',
  'APPLICATION/JSON;;',
  'application/merge-patch+json',
  'application/json, text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  '/',
  ';',
  'x'.repeat(300),
];
