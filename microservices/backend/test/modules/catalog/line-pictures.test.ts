import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
  testBucketOf,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
});
afterAll(() => shop[Symbol.asyncDispose]());

const setPicture = (id: string, url: string) =>
  shop.sql('update products set image_url = $2 where product_id = $1', [id, url]);
const add = (shopper: Shopper, product_id: string) =>
  shopper.call('POST', '/cart/items', { customer_id: shopper.customerId, product_id, quantity: 1 });
const read = (shopper: Shopper) => shopper.call('GET', `/cart/${shopper.customerId}`);
const order = (shopper: Shopper) =>
  shopper.call('POST', '/cart/checkout', checkoutBody(shopper.customerId));

it('a line has its product’s picture, from the add to the order', async () => {
  const url = 'https://cdn.example.com/mug "1".png?w=1&h=2';
  await shop.addProduct('mug');
  await setPicture('mug', url);
  const shopper = await shop.newShopper();
  expect((await add(shopper, 'mug')).body.items[0].image_url).toBe(url);
  await using other = await shop.twin();
  expect((await read(other.as(shopper))).body.items[0].image_url).toBe(url);
  const placed = await order(shopper);
  expect(placed.body.items[0].image_url).toBe(url);
  await setPicture('mug', '/images/new.png');
  const { body } = await shopper.call('GET', `/orders/${placed.body.order_id}`);
  expect(body.items[0].image_url).toBe(url);
});

it('an add takes the picture of the catalog, whatever the process has cached', async () => {
  await shop.addProduct('lamp');
  const shopper = await shop.newShopper();
  await add(shopper, 'lamp');
  await setPicture('lamp', '/images/lamp-2.png');
  expect((await add(shopper, 'lamp')).body.items[0].image_url).toBe('/images/lamp-2.png');
});

it('a line of a release that wrote no picture has the product’s, in cart, merge and order', async () => {
  await shop.addProduct('vase');
  await setPicture('vase', '/images/vase.png');
  const guest = await shop.newShopper();
  const shopper = await shop.newShopper();
  const own = [testBucketOf(guest.customerId), guest.customerId];
  await shop.sql('insert into carts (bucket, customer_id, version) values ($1, $2, 1)', own);
  await shop.sql(
    `insert into cart_items (bucket, customer_id, product_id, product_name, price, quantity)
     values ($1, $2, 'vase', 'vase', 10, 1)`,
    own,
  );
  expect((await read(guest)).body.items[0].image_url).toBe('/images/vase.png');
  const into = `/cart/${shopper.customerId}/merge`;
  const merged = await shopper.call('POST', into, { guest_token: guest.token });
  expect(merged.body.items[0].image_url).toBe('/images/vase.png');
  const placed = await order(shopper);
  expect(placed.body.items[0].image_url).toBe('/images/vase.png');
});

it('an order line has no picture if it was written without one and its product is gone', async () => {
  await shop.addProduct('gone');
  const shopper = await shop.newShopper();
  await add(shopper, 'gone');
  const { body } = await order(shopper);
  await shop.sql('update order_items set image_url = null where order_id = $1', [body.order_id]);
  await shop.sql("delete from products where product_id = 'gone'");
  const found = await shopper.call('GET', `/orders/${body.order_id}`);
  expect(found.body.items[0].image_url).toBeNull();
});
