// The whole shop, started as `npm start` does it, on its own ports, state directory and database.

import { asBackendRole, createDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { launch } from './launch.ts';
import { startTemporaryPostgres } from './postgres/embedded-postgres.ts';
import { createScratch } from './scratch.ts';

export interface Shop extends AsyncDisposable {
  readonly storefrontUrl: string;
  readonly backendUrl: string;
  /** For the superuser. */
  readonly databaseUrl: string;
  /** For the role with DML rights only, which the backend uses. */
  readonly backendDatabaseUrl: string;
}

export interface ShopOptions {
  /** Variables of `npm start` and of the backend. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export async function startShop({ env = {}, signal }: ShopOptions = {}): Promise<Shop> {
  const owners: AsyncDisposable[] = [];
  const dispose = async () => {
    for (const owner of owners.toReversed()) await owner[Symbol.asyncDispose]();
  };
  try {
    const postgres = await startTemporaryPostgres();
    owners.push(postgres);
    await createDatabase(postgres.url(), 'carthub');
    const databaseUrl = postgres.url('carthub');
    const backendDatabaseUrl = asBackendRole(databaseUrl);
    const stateDir = await createScratch('carthub-shop-');
    owners.push(stateDir);
    const [port, backendPort] = [await freePort(), await freePort()];
    const launched = launch({
      PORT: String(port),
      BACKEND_PORT: String(backendPort),
      DATABASE_URL: databaseUrl,
      BACKEND_DATABASE_URL: backendDatabaseUrl,
      CARTHUB_STATE_DIR: stateDir.path,
      // Tests pay with the test card that times out.
      PAYMENT_TIMEOUT_MS: '500',
      ...env,
    });
    owners.push(launched);
    await launched.whenOpen(signal);
    return {
      storefrontUrl: `http://127.0.0.1:${port}`,
      backendUrl: `http://127.0.0.1:${backendPort}`,
      databaseUrl,
      backendDatabaseUrl,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
