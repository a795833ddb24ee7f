// The shop in containers as in a cluster: credentials in mounted files, the migration Job, the API, the storefront.
// Each container has the securityContext of its manifest.

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from '../../../testbed/database.ts';
import { freePort } from '../../../testbed/free-port.ts';
import type { PostgresServer } from '../../../testbed/postgres/embedded-postgres.ts';
import { answersOk, waitUntil } from '../../../testbed/wait-until.ts';
import { type Container, HOST, runContainer, startContainer } from './containers.ts';
import { buildImage } from './images.ts';
import { type PodTemplate, readPodTemplate } from './pod-template.ts';

const APP_PASSWORD = 'of-a-drill';
const SESSION_KEY = 'of-a-drill-and-32-characters-long';
const ORDER_LINK_KEY = 'for-links-of-a-drill-32-characters';
const CREDENTIALS = '/mnt/secrets/database';
const SESSION = '/mnt/secrets/session';
const ORDERS = '/mnt/secrets/orders';
const BACKEND_LOGIN = '/mnt/secrets/backend';

/** A container that listens on a port of the host. */
export interface Listening extends Container {
  readonly port: number;
  readonly url: string;
}

export interface ShopContainers extends AsyncDisposable {
  /** For the superuser. */
  readonly databaseUrl: string;
  readonly backendPod: PodTemplate;
  startBackend(env?: Readonly<Record<string, string>>): Promise<Listening>;
}

/** Creates a migrated database with the catalog, and the secrets for backends. */
export async function openShop(postgres: PostgresServer): Promise<ShopContainers> {
  const secrets = await mkdtemp(join(tmpdir(), 'carthub-secrets-'));
  await chmod(secrets, 0o755);
  await query(postgres.url(), 'create database carthub');
  const databaseUrl = postgres.url('carthub');
  const { username, password, port } = new URL(databaseUrl);
  const server = { host: '127.0.0.1', port, database: 'carthub' };
  const owner = await writeFiles(join(secrets, 'owner'), { ...server, username, password });
  const app = await writeFiles(join(secrets, 'app'), {
    ...server,
    username: 'carthub_backend',
    password: APP_PASSWORD,
  });
  const mounts = {
    [CREDENTIALS]: app,
    [SESSION]: await writeFiles(join(secrets, 'session'), { 'guest-token-secret': SESSION_KEY }),
    [ORDERS]: await writeFiles(join(secrets, 'orders'), { 'order-link-secret': ORDER_LINK_KEY }),
  };
  await fill(owner, app);
  const backendPod = readPodTemplate('backend/k8s/deployment.yaml', mounts);
  const image = buildImage('backend');
  return {
    databaseUrl,
    backendPod,
    startBackend: (env = {}) => startBackend(image, backendPod, env),
    [Symbol.asyncDispose]: () => rm(secrets, { recursive: true, force: true }),
  };
}

/** Runs the migration Job, which also creates the backend's login, then imports the catalog. */
async function fill(owner: string, app: string): Promise<void> {
  const { flags, env, args } = readPodTemplate('database/k8s/migration-job.yaml', {
    [CREDENTIALS]: owner,
    [BACKEND_LOGIN]: app,
  });
  const image = buildImage('database');
  for (const each of [args, ['import-catalog', 'catalog/products.csv']]) {
    await runContainer({ image, flags, env, args: each, network: 'host' });
  }
}

async function startBackend(
  image: string,
  { flags, env }: PodTemplate,
  more: Readonly<Record<string, string>>,
): Promise<Listening> {
  const port = await freePort();
  const settings = {
    PORT: String(port),
    COOKIE_SECURE: 'off',
    TRUST_PROXY: '10.88.0.0/16',
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PER_CUSTOMER: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
  };
  const container = await startContainer({
    image,
    flags,
    env: { ...env, ...settings, ...more },
    network: 'host',
  });
  return { ...container, port, url: `http://127.0.0.1:${port}` };
}

/** @param backendPort on the host */
export async function startFrontend(backendPort: number): Promise<Listening> {
  const { flags } = readPodTemplate('frontend/k8s/deployment.yaml');
  const env = { BACKEND_URL: `http://${HOST}:${backendPort}` };
  const port = await freePort();
  const image = buildImage('frontend');
  const container = await startContainer({ image, flags, env, publish: { 8080: port } });
  return { ...container, port, url: `http://127.0.0.1:${port}` };
}

/** @returns milliseconds since the container's start */
export async function ready(container: Container, url: string): Promise<number> {
  await waitUntil(`${url} responds`, () => answersOk(url)).catch(async (error: unknown) => {
    throw new Error(await container.logs(), { cause: error });
  });
  return performance.now() - container.startedAt;
}

async function writeFiles(directory: string, files: Readonly<Record<string, string>>) {
  await mkdir(directory, { mode: 0o755 });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content, { mode: 0o644 });
  }
  return directory;
}
