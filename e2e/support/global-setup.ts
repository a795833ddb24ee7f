import type { TestProject } from 'vitest/node';
import { type Shop, startShop } from './shop.ts';

type Addresses = Omit<Shop, typeof Symbol.asyncDispose>;

declare module 'vitest' {
  interface ProvidedContext {
    readonly shop: Addresses;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { storefrontUrl, backendUrl, databaseUrl, backendDatabaseUrl, ...owner } =
    await startShop();
  project.provide('shop', { storefrontUrl, backendUrl, databaseUrl, backendDatabaseUrl });
  return async () => owner[Symbol.asyncDispose]();
}
