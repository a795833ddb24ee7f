import pg from 'pg';

/** Keeps every statement on the products waiting until it is told to let them go. */
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
