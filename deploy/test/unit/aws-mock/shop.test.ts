import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { configMapOf, jobOf, LABEL } from '../../../src/catalog/import-job.ts';
import { importCronJob, installKubectl } from '../../aws-mock/kubectl.ts';
import { Shop } from '../../aws-mock/shop.ts';

let shop: Shop;
beforeEach(() => {
  shop = new Shop();
});

interface Sent {
  readonly body?: unknown;
  readonly token?: string;
  readonly key?: string;
  readonly type?: string;
}

/** @returns the status, and the body's members or its text */
function ask(route: string, { body, token, key, type = 'application/json' }: Sent = {}) {
  const [method = '', url = ''] = route.split(' ');
  const headers = {
    ...(body !== undefined && { 'content-type': type }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(key !== undefined && { 'idempotency-key': key }),
  };
  const sent = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const answer = shop.handle({ method, url, headers }, sent);
  return [answer.status, /json/.test(answer.type) ? JSON.parse(answer.text) : answer.text] as const;
}

const create = (object: object) => ask('POST /cluster/objects', { body: object });
const file = { path: 'a.csv', content: Buffer.from('product_id\nmug\n'), digest: 'abc' };
const jobs = () => ask(`GET /cluster/jobs?label=${encodeURIComponent(LABEL)}`)[1].items;
const products = () => ask('GET /api/v1/products?limit=100')[1].items;

function importCatalog(): void {
  create(jobOf(importCronJob(), undefined));
  for (let polls = 0; polls < 3; polls += 1) jobs();
}

function guest(): { readonly customer: string; readonly token: string } {
  const [, { customer_id, token }] = ask('POST /api/v1/sessions');
  return { customer: customer_id, token };
}

describe('the imitated shop', () => {
  const line = (customer_id: string, more: object = {}) => ({
    customer_id,
    product_id: 'mug',
    quantity: 1,
    ...more,
  });
  const ADD = 'POST /api/v1/cart/items';
  beforeEach(importCatalog);

  it.each<[string, string, number, (customer: string) => Sent]>([
    ['a path that the contract has not', 'GET /api/v1/carts', 404, () => ({})],
    ['a cart without a token', ADD, 401, (customer) => ({ body: line(customer) })],
    ['a token of nobody', ADD, 401, (customer) => ({ body: line(customer), token: 'x' })],
    ['a missing member', ADD, 422, (customer) => ({ body: { customer_id: customer } })],
    ['an unknown member', ADD, 422, (customer) => ({ body: line(customer, { qty: 1 }) })],
    ['a quantity of nothing', ADD, 422, (customer) => ({ body: line(customer, { quantity: 0 }) })],
    ['a form', ADD, 415, () => ({ body: 'a=b', type: 'application/x-www-form-urlencoded' })],
    ['a body that is no JSON', ADD, 400, () => ({ body: '{' })],
    ['more products than a page has', 'GET /api/v1/products?limit=101', 422, () => ({})],
  ])('refuses %s', (_what, route, status, sent) => {
    const { customer, token } = guest();
    const request = sent(customer);
    const isWithout = status === 401;
    expect(ask(route, isWithout ? request : { token, ...request })[0]).toBe(status);
  });

  it("refuses another guest's cart and order", () => {
    const [one, other] = [guest(), guest()];
    expect(other.customer).not.toBe(one.customer);
    expect(ask(ADD, { body: line(one.customer), token: other.token })[0]).toBe(403);
    expect(ask(`GET /api/v1/cart/${one.customer}`, { token: other.token })[0]).toBe(403);
    ask(ADD, { body: line(one.customer), token: one.token });
    const [, { order_id }] = ask('POST /api/v1/cart/checkout', checkout(one));
    expect(ask(`GET /api/v1/orders/${order_id}`, { token: one.token })[0]).toBe(200);
    expect(ask(`GET /api/v1/orders/${order_id}`, { token: other.token })[0]).toBe(404);
  });

  const checkout = (
    { customer, token }: ReturnType<typeof guest>,
    payment_method = 'pm_test_approve',
  ) => ({
    token,
    body: {
      customer_id: customer,
      email: 'a@example.com',
      shipping_address: { name: 'A', line1: '1', country: 'US' },
      payment_method,
    },
  });

  it('adds to what the line has, but not for a repetition of the same request', () => {
    const { customer, token } = guest();
    const add = (key: string, quantity = 1) =>
      ask(ADD, { body: line(customer, { quantity }), token, key })[1].items?.[0].quantity;
    expect([add('a'), add('a'), add('b')]).toEqual([1, 1, 2]);
    const reused = ask(ADD, { body: line(customer, { quantity: 5 }), token, key: 'a' });
    expect(reused[0]).toBe(422);
  });

  it('takes no order of an empty cart, and declines every payment but the test one', () => {
    const own = guest();
    expect(ask('POST /api/v1/cart/checkout', checkout(own))[0]).toBe(422);
    ask(ADD, { body: line(own.customer), token: own.token });
    expect(ask('POST /api/v1/cart/checkout', checkout(own, 'pm_real'))[0]).toBe(402);
    expect(shop.orders).toBe(0);
    expect(ask('POST /api/v1/cart/checkout', checkout(own))[0]).toBe(201);
  });
});

describe('the imitated cluster', () => {
  it('has products only when the Job is complete', () => {
    create(jobOf(importCronJob(), undefined));
    const seen = [1, 2, 3].map(() => [jobs()[0].status.conditions.length, products().length]);
    expect(seen).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
    ]);
  });

  it("keeps a Job waiting for its volume's ConfigMap", () => {
    create(jobOf(importCronJob(), file));
    for (let polls = 0; polls < 5; polls += 1) jobs();
    expect(jobs()[0].status.conditions).toEqual([]);
    expect(ask('GET /cluster/jobs/import-catalog-abc/log')[0]).toBe(400);
    create(configMapOf(file));
    for (let polls = 0; polls < 3; polls += 1) jobs();
    expect(jobs()[0].status.conditions).toHaveLength(2);
    expect(ask('GET /cluster/jobs/import-catalog-abc/log')[1]).toContain('Imported 72');
  });

  it('lists by label, and knows no other Job', () => {
    create({ ...jobOf(importCronJob(), undefined), metadata: { name: 'other' } });
    expect(jobs()).toEqual([]);
    expect(ask('GET /cluster/jobs/none/log')[0]).toBe(404);
    expect(ask('DELETE /cluster/jobs/none')[0]).toBe(404);
  });

  it('refuses a ConfigMap that exists until it is deleted, and one of more than 1 MiB', () => {
    expect(create(configMapOf(file))[0]).toBe(201);
    expect(create(configMapOf(file))).toEqual([409, expect.stringContaining('AlreadyExists')]);
    ask(`DELETE /cluster/configmaps?label=${encodeURIComponent(LABEL)}`);
    expect(create(configMapOf(file))[0]).toBe(201);
    const large = { path: 'b.csv', content: Buffer.alloc(1_048_577), digest: 'large' };
    expect(create(configMapOf(large))[0]).toBe(422);
  });

  it.each<[string, (pod: Record<string, unknown>) => object]>([
    ['restarts its pods always', (pod) => ({ ...pod, restartPolicy: 'Always' })],
    ['mounts a volume that it has not', (pod) => ({ ...pod, volumes: [] })],
    ['has no container', (pod) => ({ ...pod, containers: [] })],
  ])('refuses a Job that %s', (_what, change) => {
    const job = JSON.parse(JSON.stringify(jobOf(importCronJob(), file)));
    job.spec.template.spec = change(job.spec.template.spec);
    expect(create(job)[0]).toBe(422);
  });
});

it.each([
  [['-n', 'shopping-cart', 'get', 'pods'], 'does not know'],
  [['-n', 'default', 'get', 'jobs', '-l', LABEL, '-o', 'json'], "not in the shop's namespace"],
  [['get', 'jobs', '-l', LABEL, '-o', 'json'], "not in the shop's namespace"],
])('the fake kubectl fails at %j', (args, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'carthub-kubectl-'));
  installKubectl(folder);
  const env = { ...process.env, FAKE_FOLDER: folder, FAKE_ADDRESS: '127.0.0.1:9' };
  const run = () => execFileSync(join(folder, 'kubectl'), args, { env, stdio: 'pipe' });
  expect(run).toThrow(message);
  rmSync(folder, { recursive: true });
});
