import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { order } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const number = () => page.getByRole('textbox', { name: 'Order number' });
const email = () => page.getByRole('textbox', { name: 'Email' });
const send = () => page.getByRole('button', { name: 'Send me a link' });
const heading = (name: string) => page.getByRole('heading', { name });

test('asks for a link, and says the same whether there is such an order or not', async () => {
  const shop = fakeShop();
  await openTab('/find-order');
  await userEvent.fill(number(), ' 7f3k 9q2m ');
  await userEvent.fill(email(), ' robin@example.com ');
  await send().click();
  await expect.element(heading('Look into your mail')).toBeVisible();
  await expect.element(page.getByRole('region', { name: 'Look into your mail' })).toHaveFocus();
  await expect
    .element(page.getByText('If order CH-7F3K-9Q2M was placed with robin@example.com'))
    .toBeVisible();
  expect(shop.callsOf('findOrder').map(({ body }) => body)).toEqual([
    { number: 'CH-7F3K-9Q2M', email: 'robin@example.com' },
  ]);
  await page.getByRole('button', { name: 'Change number or address' }).click();
  await expect.element(number()).toHaveValue('CH-7F3K-9Q2M');
});

test.for([
  ['', 'robin@example.com', 'Order number', 'Enter the whole number'],
  ['CH-7F3K-9Q2', 'robin@example.com', 'Order number', 'Enter the whole number'],
  [
    'CH-7F3K-9Q2O',
    'robin@example.com',
    'Order number',
    'Our numbers have no 0, O, 1, I, L, 8 or B.',
  ],
  ['CH-7F3K-9Q2M', 'robin', 'Email', 'Enter an email address'],
])(
  'points out what is wrong with %o',
  async ([typed = '', address = '', field = '', text = '']) => {
    const shop = fakeShop();
    await openTab('/find-order');
    await userEvent.fill(number(), typed);
    await userEvent.fill(email(), address);
    await send().click();
    const control = page.getByRole('textbox', { name: field });
    await expect.element(control).toHaveFocus();
    await expect.element(control).toHaveAccessibleDescription(expect.stringContaining(text));
    expect(shop.callsOf('findOrder')).toHaveLength(0);
  },
);

test('keeps the form when the shop cannot be reached', async () => {
  const shop = fakeShop();
  shop.refuseTwice('findOrder', { status: 503, code: 'overloaded' });
  await openTab('/find-order');
  await userEvent.fill(number(), 'CH-7F3K-9Q2M');
  await userEvent.fill(email(), 'robin@example.com');
  await send().click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('The shop is very busy.');
  await expect.element(number()).toHaveValue('CH-7F3K-9Q2M');
  await send().click();
  await expect.element(heading('Look into your mail')).toBeVisible();
});

test('a mailed link shows the order of another session, without its actions', async () => {
  const shop = fakeShop();
  const placed = order({ customer_id: 'guest-2' });
  shop.orders = [placed];
  shop.desk.links.set('signed', placed.order_id);
  shop.refuse('createSession', ...Array(4).fill({ status: 503, code: 'overloaded' }));
  await openTab('/o/signed');
  await expect.element(heading('Order CH-7F3K-9Q2M')).toBeVisible();
  await expect.element(page.getByText('To cancel it, open the shop in the browser')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Cancel order' })).not.toBeInTheDocument();
  expect(document.querySelector('meta[name=robots]')?.getAttribute('content')).toBe('noindex');
  expect(shop.callsOf('getOrder')).toHaveLength(0);
});

test('a link to an order of this browser lets the shopper cancel it', async () => {
  const shop = fakeShop();
  const placed = order();
  shop.orders = [placed];
  shop.desk.links.set('signed', placed.order_id);
  await openTab('/o/signed');
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await expect.element(page.getByText('Your order is cancelled.')).toBeVisible();
  await expect.element(page.getByText('You cancelled the order')).toBeVisible();
});

test('an expired link offers another', async () => {
  fakeShop();
  await openTab('/o/expired');
  await expect.element(heading('This link does not work any more')).toBeVisible();
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect.element(heading('Find an order')).toBeVisible();
});

test('the empty list of orders leads to an order of another browser', async () => {
  fakeShop();
  await openTab('/orders');
  await page.getByRole('main').getByRole('link', { name: 'Find an order' }).click();
  await expect.element(number()).toBeVisible();
});
