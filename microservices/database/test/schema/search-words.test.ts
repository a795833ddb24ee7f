import { expect, it } from 'vitest';
import { createTestDatabase } from '../../test-support/test-database.ts';

it.each([
  ['10 × 15', "'10' 'x' '15'"],
  ['Ґудзик', "'гудзик'"],
  ['हिंदी', "'हिन्दी'"],
  ['ज़मीन', "'जमीन'"],
])('spells %s', async (text, words) => {
  await using database = await createTestDatabase();
  const [row] = await database.query<{ isSame: boolean }>(
    `select array(select unnest(tsvector_to_array(search_vector('${text}'))) order by 1)
       = array(select unnest(tsvector_to_array($v$${words}$v$::tsvector)) order by 1) as "isSame"`,
  );
  expect(row).toEqual({ isSame: true });
});
