import pg from 'pg';

/** Locks the products, so that every statement on them waits until release. */
export async function holdProducts(superuserUrl: string): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: superuserUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('lock table products in access exclusive mode');
  return async () => {
    await holder.query('rollback');
    await holder.end();
  };
}
