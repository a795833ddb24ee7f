import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_CATALOG_BYTES, readCatalog } from '../../src/catalog/catalog-file.ts';
import { configMapOf, jobOf, jobsIn } from '../../src/catalog/import-job.ts';
import type { Context } from '../../src/context.ts';
import { checkShop } from '../../src/shop/check-shop.ts';
import { reasonForNoOrder } from '../../src/shop/payment-provider.ts';
import { catalog } from '../../src/steps/deploy/catalog.ts';
import { importCronJob, installKubectl } from '../aws-mock/kubectl.ts';
import { Shop } from '../aws-mock/shop.ts';

let folder: string;
let shop: Shop;
let server: Server;
let lines: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carthub-catalog-'));
  mkdirSync(join(folder, 'bin'));
  installKubectl(join(folder, 'bin'));
  lines = [];
  shop = new Shop();
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = shop.handle(request, body);
    response.writeHead(answer.status, { 'content-type': answer.type });
    response.end(answer.text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

const address = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

function contextOf(options: object = {}, env: NodeJS.ProcessEnv = {}): Context {
  return {
    options: { environment: 'development', region: 'us-west-2', ...options },
    root: folder,
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      FAKE_FOLDER: folder,
      FAKE_ADDRESS: address(),
      ...env,
    },
    pollMs: 10,
    signal: new AbortController().signal,
    log: (line: string) => lines.push(line),
  } as unknown as Context;
}

/** Writes a catalog. @returns its path */
function save(content: string): string {
  const path = join(folder, 'own.csv');
  writeFileSync(path, content);
  return path;
}

const check = (noOrder?: string) =>
  checkShop(
    {
      base: `http://${address()}`,
      signal: new AbortController().signal,
      pollMs: 10,
      deadline: Date.now() + 100,
      log: (line) => lines.push(line),
    },
    noOrder,
  );

describe('the import', () => {
  it('runs once, however often the script runs', async () => {
    for (let run = 0; run < 3; run += 1) await catalog.run(contextOf());
    expect(shop.objects).toEqual(['Job/import-catalog-image']);
    expect(lines[0]).toContain('Imported 72 products');
    expect(lines.slice(1)).toEqual(Array(2).fill('imported before (job/import-catalog-image)'));
  });

  it('removes the file from the cluster, also of a run that was killed before it could', async () => {
    const options = { catalog: save('product_id\n') };
    for (let run = 0; run < 2; run += 1) {
      await catalog.run(contextOf(options));
      const calls = readFileSync(join(folder, 'kubectl.log'), 'utf8').trim().split('\n');
      expect(calls.at(-1)).toContain(
        'delete configmap -l app.kubernetes.io/component=import-catalog',
      );
    }
    expect(shop.objects).toHaveLength(2);
  });

  it('of another file leaves a shop with products as it is', async () => {
    await catalog.run(contextOf());
    await catalog.run(contextOf({ catalog: save('product_id\n') }));
    expect(lines.at(-1)).toBe('Nothing was imported: the shop already has products.');
  });

  it('runs again after a failure, with the file as it is then', async () => {
    shop.importFailure = '1 bad row.\nNothing was imported.';
    await expect(catalog.run(contextOf({ catalog: save('bad') }))).rejects.toMatchObject({
      message: 'The catalog was not imported.',
      why: expect.stringContaining('1 bad row.'),
    });
    await catalog.run(contextOf({ catalog: save('good') }));
    const kinds = shop.objects.map((object) => object.split('/')[0]);
    expect(kinds).toEqual(['ConfigMap', 'Job', 'ConfigMap', 'Job']);
    expect(new Set(shop.objects).size).toBe(4);
  });
});

describe('the import job', () => {
  it("is the manifests' own, with only the file added", () => {
    const file = readCatalog(save('product_id\nmug\n'));
    const name = `import-catalog-${file.digest}`;
    const given = JSON.parse(JSON.stringify(importCronJob())).spec.jobTemplate.spec;
    expect(jobOf(importCronJob(), undefined)).toMatchObject({ kind: 'Job', spec: given });
    const job = JSON.parse(JSON.stringify(jobOf(importCronJob(), file)));
    const pod = job.spec.template.spec;
    expect(pod.containers[0].args).toEqual([
      'import-catalog',
      '/catalog/products.csv',
      '--if-empty',
    ]);
    expect(pod.volumes.pop()).toEqual({ name: 'catalog', configMap: { name } });
    const mount = { name: 'catalog', mountPath: '/catalog', readOnly: true };
    expect(pod.containers[0].volumeMounts.pop()).toEqual(mount);
    pod.containers[0].args[1] = given.template.spec.containers[0].args[1];
    expect(job.spec).toEqual(given);
    const { binaryData } = configMapOf(file) as { binaryData: Record<string, string> };
    expect(Buffer.from(binaryData['products.csv'] ?? '', 'base64')).toEqual(file.content);
  });

  it('has ended only with a terminal condition', () => {
    const list = (...types: string[]) => ({
      items: [
        {
          metadata: { name: 'j' },
          status: { conditions: types.map((type) => ({ type, status: 'True' })) },
        },
      ],
    });
    expect(jobsIn({ items: [{ metadata: { name: 'j' } }] })[0]?.state).toBe('running');
    expect(jobsIn(list('FailureTarget'))[0]?.state).toBe('running');
    expect(jobsIn(list('FailureTarget', 'Failed'))[0]?.state).toBe('failed');
    expect(jobsIn(list('SuccessCriteriaMet', 'Complete'))[0]?.state).toBe('complete');
  });
});

it('refuses a catalog that the cluster cannot carry', () => {
  expect(readCatalog(save('x'.repeat(MAX_CATALOG_BYTES))).digest).toHaveLength(12);
  for (const path of [save('x'.repeat(MAX_CATALOG_BYTES + 1)), folder, join(folder, 'none.csv')])
    expect(() => readCatalog(path)).toThrow(/cannot be used/);
  expect(() => readCatalog(save(''))).toThrow(/cannot be used/);
});

describe('the health check', () => {
  it('wants a product', async () => {
    await expect(check()).rejects.toMatchObject({ message: 'The shop has no products.' });
  });

  it('wants a cart that keeps its line', async () => {
    await catalog.run(contextOf());
    shop.isForgetful = true;
    await expect(check()).rejects.toMatchObject({ message: 'The shop does not keep a cart.' });
  });

  it('places an order, but only with the test provider and not in production', async () => {
    await catalog.run(contextOf());
    expect(await reasonForNoOrder(contextOf())).toBeUndefined();
    await check();
    expect(shop.orders).toBe(1);
    const production = await reasonForNoOrder(contextOf({ environment: 'production' }));
    const other = await reasonForNoOrder(contextOf({}, { FAKE_PAYMENT_PROVIDER: 'other' }));
    for (const reason of [production, other]) {
      await check(reason);
      expect(lines.at(-1)).toBe(`order: not placed, because ${reason}`);
    }
    expect(production).toContain('real money');
    expect(other).toContain('PAYMENT_PROVIDER is other');
    expect(shop.orders).toBe(1);
  });

  it('says what answered, and waits only for what can change', async () => {
    shop.status = 503;
    await expect(check()).rejects.toMatchObject({
      message: 'The shop does not answer.',
      why: `http://${address()}/healthz: HTTP 503`,
    });
  });
});
