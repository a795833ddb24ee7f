import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';

const FILE = fileURLToPath(new URL('../../catalog/products.csv', import.meta.url));

test('imports the shipped catalog: at least 60 products in 6 categories', async () => {
  await using database = await createTestDatabase();
  const { exitCode, out } = await runCli(database.url, ['import-catalog', FILE, '--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(out).counts.rows).toBeGreaterThanOrEqual(60);
  const categories = await database.query('select category from products group by 1');
  expect(categories).toHaveLength(6);
  const wrong = await database.query(
    `select product_id from products
     where image_url <> '/images/products/' || product_id || '.svg' or price = 0
       or description = ''`,
  );
  expect(wrong).toEqual([]);
});
