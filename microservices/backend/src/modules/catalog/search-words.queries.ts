import { Type } from 'typebox';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../db/statement.ts';

/** The database folds and splits words: search_fold and search_query, for index and question alike. */
const readWords = defineStatement({
  name: 'read-search-words',
  text: `
    select search_query($1::text, false)::text as open, search_query($1::text, true)::text as exact`,
  row: Type.Object({
    open: Type.Union([Type.String(), Type.Null()]),
    exact: Type.Union([Type.String(), Type.Null()]),
  }),
});

/**
 * Each part of a text, in order, and the known word that it makes with the next one. One that no known word begins with
 * has the words that resemble it, one per row: the nearest by groups of three letters, those that have its letters with
 * one too many or two swapped, and two words that it consists of.
 */
const findSimilarWords = defineStatement({
  name: 'find-similar-words',
  text: `
    select typed.place::integer, typed.part, near.word as similar, joined.word as joined
    from (
      select place, part, is_character, part || lead(part) over (order by place) as with_next
      from search_parts($1::text)
    ) as typed
    left join product_words as joined on joined.word = typed.with_next
    left join lateral (
      (select w.word from product_words as w order by w.word <-> typed.part limit 20)
      union
      select w.word
      from generate_series(1, char_length(typed.part)) as at,
        product_words as w
      where w.word in (
        overlay(typed.part placing '' from at for 1),
        overlay(typed.part placing reverse(substr(typed.part, at, 2)) from at for 2)
      )
      union
      select first.word || ' ' || second.word
      from generate_series(1, char_length(typed.part) - 1) as at
      join product_words as first on first.word = substr(typed.part, 1, at)
      join product_words as second on second.word = substr(typed.part, at + 1)
    ) as near on not typed.is_character and typed.part ~ '^[^0-9]{4,}$' and not exists (
      select from product_words as known
      where known.word >= typed.part and known.word < typed.part || U&'\\+10FFFF'
    )
    order by typed.place`,
  row: Type.Object({
    place: Type.Integer(),
    part: Type.String(),
    similar: Type.Union([Type.String(), Type.Null()]),
    joined: Type.Union([Type.String(), Type.Null()]),
  }),
});

export const statements = [readWords, findSimilarWords];

/** Both are null if the text has no word. */
export const readSearchWords = (connection: Connection, text: string) =>
  queryOne(connection, readWords, [text]);

export const listSimilarWords = (connection: Connection, text: string) =>
  query(connection, findSimilarWords, [text]);
