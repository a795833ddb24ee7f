import { expect, test } from 'vitest';
import {
  hasWord,
  isTransactionControl,
  splitStatements,
} from '../../src/migrations/files/statements.ts';

const texts = (sql: string) => splitStatements(sql).map(({ text }) => text);

test('splits at semicolons, without the comments around statements', () => {
  expect(texts('-- first\nselect 1;\n/* a; /* nested; */ */ select 2 ;;\n')).toEqual([
    'select 1',
    'select 2',
  ]);
});

test.each([
  ["select 'a;b', 'it''s;'"],
  ["select e'\\';', 1"],
  ['select ";"'],
  ['do $$ begin perform 1; end $$'],
  ['do $tag$ select $$;$$; $tag$'],
  ['create rule r as on insert to t do also (insert into a values (1); insert into b values (2))'],
  ['create function f() returns int begin atomic select case when true then 1 end; end'],
  ['select 1 -- not; here\n + 2'],
])('keeps %s in one piece', (sql) => {
  expect(texts(`${sql};`)[0]?.replace(/;$/, '')).toBe(sql.trimEnd());
});

test('returns the offset of each statement', () => {
  const sql = '\uFEFF-- ü\nselect 1;\n\n  select 2;';
  for (const { text, offset } of splitStatements(sql)) {
    expect(sql.slice(offset, offset + text.length)).toBe(text);
  }
  expect(splitStatements(sql)).toHaveLength(2);
});

test('recognizes transaction control statements', () => {
  const control = splitStatements('begin; COMMIT; rollback to x; start  transaction; end;');
  expect(control.every(isTransactionControl)).toBe(true);
  expect(splitStatements('select 1; create table beginning()').some(isTransactionControl)).toBe(
    false,
  );
});

test('finds a word, except in strings, quoted names and comments', () => {
  const found = splitStatements(
    `drop index Concurrently i; select 'concurrently', "concurrently", $$concurrently$$ -- concurrently
     /* concurrently */; select concurrently_`,
  ).map((statement) => hasWord(statement, 'concurrently'));
  expect(found).toEqual([true, false, false]);
});
