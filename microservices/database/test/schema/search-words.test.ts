// The functions of migration 0011 give the vectors that those of 0008 gave, so nothing has to be filled again.

import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../test-support/test-database.ts';

const FUNCTIONS = ['search_divide', 'search_parts', 'search_vector'];

/** Of 0008, under other names. The only difference: wholes are after all parts, as in ASCII, where no question can take them for neighbors. */
async function formerFunctions(): Promise<string> {
  const file = new URL('../../migrations/0008_search_words.sql', import.meta.url);
  const sql = (await readFile(file, 'utf8')).replace(
    'select min(p.place),',
    'select (select max(place) + 1 from parts),',
  );
  const sources = FUNCTIONS.map((name) => {
    const start = sql.indexOf(`create function ${name}(`);
    return sql.slice(start, sql.indexOf('\n$$;', start) + 4);
  });
  return sources
    .join('\n')
    .replaceAll(/\b(search_divide|search_parts|search_vector)\(/g, 'former_$1(');
}

const ALPHABETS = [
  'aeionst',
  'ABZ',
  '019',
  '   ',
  '.,-/&+#\'"%()*\\:',
  'éłøßæśİ',
  'жйёсть',
  'ςσά',
  '日本語ガー茶',
  '키보드',
  'กาน้ำ',
  'قهوةأ',
  'עברית',
  '🫖♥',
  '½㎏²™’“”\u00ad\u200b\u0301\u00a0',
  '\t\n',
];

/** Texts of a few alphabets each, from a linear congruential generator: the same in each run. */
function* texts(count: number): Generator<string> {
  let state = 12345;
  const random = (limit: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * limit);
  };
  for (let made = 0; made < count; made += 1) {
    const alphabets = Array.from({ length: 1 + random(4) }, () => [
      ...(ALPHABETS[random(ALPHABETS.length)] ?? ''),
    ]);
    const letter = (): string => {
      const letters = alphabets[random(alphabets.length)] ?? [];
      return letters[random(letters.length)] ?? '';
    };
    yield Array.from({ length: random(made % 100 === 0 ? 2500 : 60) }, letter).join('');
  }
}

const TEXTS = [
  'C++ & C#',
  'a+b # c+',
  '1.5 1,000 1.2.3 a1.5',
  'x'.repeat(300),
  `${'é'.repeat(99)}-1`,
];

it('the words of a text are the same as before', async () => {
  await using database = await createTestDatabase();
  await database.query(await formerFunctions());
  const all = JSON.stringify([...TEXTS, ...texts(3000)]).replaceAll("'", "''");
  const differing = await database.query(
    `select t.value, former_search_vector(t.value)::text as former, search_vector(t.value)::text as now
     from jsonb_array_elements_text('${all}'::jsonb) as t (value)
     where former_search_vector(t.value) <> search_vector(t.value)
     limit 5`,
  );
  expect(differing).toEqual([]);
});

it.each([
  ['10 × 15', "'10' 'x' '15'"],
  ['Ґудзик', "'гудзик'"],
  ['हिन्दी', "'हिंदी'"],
  ['ज़मीन', "'जमीन'"],
])('has learned to spell %s', async (text, words) => {
  await using database = await createTestDatabase();
  const [row] = await database.query<{ isSame: boolean }>(
    `select array(select unnest(tsvector_to_array(search_vector('${text}'))) order by 1)
       = array(select unnest(tsvector_to_array($v$${words}$v$::tsvector)) order by 1) as "isSame"`,
  );
  expect(row).toEqual({ isSame: true });
});
