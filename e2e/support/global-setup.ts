import type { TestProject } from 'vitest/node';
import { type Shop, startShop } from '../../testbed/shop.ts';

type Addresses = Omit<Shop, typeof Symbol.asyncDispose>;

declare module 'vitest' {
  interface ProvidedContext {
    readonly shop: Addresses;
  }
}

/** CARTHUB_E2E_SHOP holds the addresses of a running shop as JSON; without it a shop is started. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.CARTHUB_E2E_SHOP;
  if (running) {
    project.provide('shop', JSON.parse(running));
    return async () => {};
  }
  const { storefrontUrl, backendUrl, databaseUrl, backendDatabaseUrl, ...owner } =
    await startShop();
  project.provide('shop', { storefrontUrl, backendUrl, databaseUrl, backendDatabaseUrl });
  return async () => owner[Symbol.asyncDispose]();
}
