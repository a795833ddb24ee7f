import pg from 'pg';

/** A transaction of another session that keeps its locks until it is released. */
export interface Held extends AsyncDisposable {
  /** Rolls back. */
  release(): Promise<void>;
}

export async function holdLock(url: string, sql: string, values: unknown[] = []): Promise<Held> {
  const holder = new pg.Client({ connectionString: url });
  holder.on('error', () => {});
  await holder.connect();
  await holder.query('begin');
  await holder.query(sql, values);
  let released: Promise<void> | undefined;
  const release = () => {
    released ??= holder.query('rollback').then(() => holder.end());
    return released;
  };
  return { release, [Symbol.asyncDispose]: release };
}
