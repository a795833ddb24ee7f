import pg from 'pg';

export type Connection = pg.Client;

const CONNECT_TIMEOUT_MS = 10_000;

/** Runs `work` on one connection, which is closed afterwards, whatever happened. */
export async function withConnection<T>(
  databaseUrl: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'carthub-db',
    keepAlive: true,
  });
  // A broken connection also fails the query that uses it, and that is where it is reported.
  connection.on('error', () => {});
  try {
    await connection.connect();
    return await work(connection);
  } finally {
    await connection.end().catch(() => {});
  }
}

/** Runs `work` in a transaction: committed if it returns, undone if it throws. */
export async function inTransaction<T>(
  connection: Connection,
  work: () => Promise<T>,
  begin = 'begin',
): Promise<T> {
  await connection.query(begin);
  try {
    const result = await work();
    await connection.query('commit');
    return result;
  } catch (error) {
    await connection.query('rollback').catch(() => {});
    throw error;
  }
}
