// Installs and builds the services whose dependencies or sources have changed.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Session } from '../run/session.ts';
import { INSTALL_ARGS, isInstalled } from './installed.mjs';
import { npm } from './npm.ts';

export interface Service {
  readonly name: string;
  readonly directory: string;
  /** The file that the build writes and that is used afterwards. @default no build */
  readonly product?: string;
}

export const DATABASE: Service = {
  name: 'database',
  directory: 'microservices/database',
  product: 'dist/cli.js',
};
export const BACKEND: Service = {
  name: 'backend',
  directory: 'microservices/backend',
  product: 'dist/main.js',
};
export const FRONTEND: Service = {
  name: 'frontend',
  directory: 'microservices/frontend',
  product: 'dist/index.html',
};

/** Not sources of a build. */
const IGNORED = new Set(['node_modules', 'dist', 'coverage', 'test', 'test-support', 'k8s']);

export async function prepareServices(session: Session, services: readonly Service[]) {
  await Promise.all(services.map((service) => prepare(session, service)));
}

async function prepare(session: Session, service: Service): Promise<void> {
  const { progress, root, env } = session;
  const directory = join(root, service.directory);
  if (!(await isInstalled(directory))) {
    await progress.step(`Install ${service.name}`, () =>
      npm(session, directory, env, INSTALL_ARGS),
    );
  }
  if (service.product === undefined) return;
  const product = join(directory, service.product);
  const sources = await hashSources(directory);
  const stamp = join(directory, 'node_modules', '.cache', 'carthub-build');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === (await fingerprint(sources, product))) {
    return;
  }
  await rm(stamp, { force: true });
  await progress.step(`Build ${service.name}`, () =>
    npm(session, directory, env, ['run', 'build']),
  );
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, await fingerprint(sources, product));
}

/** Includes the product's time: a build by hand in between changes it. */
async function fingerprint(sources: string, product: string): Promise<string> {
  const built = await stat(product).catch(() => undefined);
  return `${sources} ${built?.mtimeMs ?? 'missing'}`;
}

async function hashSources(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await listFiles(directory)) {
    hash.update(`${file}\0`).update(await readFile(join(directory, file)));
  }
  return hash.digest('hex');
}

async function listFiles(directory: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(directory, below), { withFileTypes: true });
  const nested = entries
    .filter(({ name }) => !IGNORED.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(async (entry) => {
      const path = join(below, entry.name);
      if (entry.isDirectory()) return listFiles(directory, path);
      return entry.isFile() ? [path] : [];
    });
  return (await Promise.all(nested)).flat();
}
