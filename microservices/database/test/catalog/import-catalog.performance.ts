// A regression gate, not a benchmark: compares an import with a plain INSERT of the same rows and indexes, so
// that it finds an import that became several times slower on any machine.

import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch } from '../../test-support/scratch.ts';
import { createTestDatabase } from '../../test-support/test-database.ts';

const ROWS = 20_000;
const MAX_RATIO = 3;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

test(`imports a catalog in at most ${MAX_RATIO} times the duration of a plain insert`, async () => {
  await using own = await createTestDatabase();
  const insert = await timed(() =>
    own.query(
      `insert into products (product_id, product_name, description, category, price, image_url)
       select 'product-' || n, 'Product ' || n, repeat('What it is good for. ', 5), 'Category ' || n % 50,
              n % 1000 + 0.99, '/images/products/mug.svg'
       from generate_series(1, ${ROWS}) as n;
       insert into inventory (product_id, on_hand) select product_id, 10 from products`,
    ),
  );

  await using imported = await createTestDatabase();
  await using scratch = await createScratch();
  const lines = Array.from({ length: ROWS }, (_, index) => {
    const n = index + 1;
    const text = 'What it is good for. '.repeat(5);
    return `product-${n},Product ${n},${text},Category ${n % 50},${n % 1000}.99,10,/images/products/mug.svg`;
  });
  const header = 'product_id,product_name,description,category,price,stock,image_url';
  const file = await scratch.write('products.csv', `${header}\n${lines.join('\n')}\n`);
  const took = await timed(async () => {
    const { exitCode, err } = await runCli(imported.url, ['import-catalog', file]);
    expect(exitCode, err).toBe(0);
  });
  const [row] = await imported.query<{ count: string }>('select count(*) from inventory');
  expect(row?.count).toBe(String(ROWS));
  const times = took / insert;
  console.log(`${took.toFixed(0)} ms, ${times.toFixed(1)} times ${insert.toFixed(0)} ms`);
  expect(times).toBeLessThan(MAX_RATIO);
});
