import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { KITE, LAMP, MANY_PRODUCTS, MUG } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const names = () =>
  [...document.querySelectorAll('article h3')].map((heading) => heading.textContent);

test('lists products with their price and how scarce they are', async () => {
  fakeShop();
  await openTab('/');
  const lamp = page.getByRole('article', { name: LAMP.product_name });
  await expect.element(lamp).toHaveTextContent('$89.00');
  await expect.element(lamp).toHaveTextContent('Only 3 left');
  await expect
    .element(page.getByRole('article', { name: MUG.product_name }))
    .not.toHaveTextContent('left');
  await expect.element(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(document.title).toContain('Carthub');
});

test('what is sold out cannot be added', async () => {
  fakeShop();
  await openTab('/');
  const button = page.getByRole('button', { name: `${KITE.product_name} Sold out` });
  await expect.element(button).toBeDisabled();
});

test('pictures reserve their room, and only the first are fetched at once', async () => {
  fakeShop(MANY_PRODUCTS);
  await openTab('/');
  await expect.element(page.getByRole('article', { name: 'Jar 01' })).toBeVisible();
  const pictures = [...document.querySelectorAll<HTMLImageElement>('article img')];
  expect(pictures.every((picture) => picture.hasAttribute('width'))).toBe(true);
  expect(pictures.at(0)?.loading).toBe('eager');
  expect(pictures.at(-1)?.loading).toBe('lazy');
});

test('searches while one types, once, and keeps the words in the address', async () => {
  const shop = fakeShop();
  await openTab('/');
  await expect.element(page.getByRole('article', { name: MUG.product_name })).toBeVisible();
  await userEvent.type(page.getByRole('searchbox', { name: 'Search products' }), 'lamp');
  await expect.poll(names).toEqual([LAMP.product_name]);
  expect(window.location.search).toBe('?q=lamp');
  expect(shop.callsOf('listProducts').map((call) => call.url.searchParams.get('q'))).toEqual([
    null,
    'lamp',
  ]);
  await expect.element(page.getByRole('heading', { name: 'Results for “lamp”' })).toBeVisible();
});

test('Enter searches at once, and the box follows the address', async () => {
  fakeShop();
  await openTab('/?q=kite');
  const box = page.getByRole('searchbox', { name: 'Search products' });
  await expect.element(box).toHaveValue('kite');
  await userEvent.fill(box, 'mug');
  await userEvent.keyboard('{Enter}');
  await expect.poll(names).toEqual([MUG.product_name]);
  await page.getByRole('link', { name: 'Carthub, home' }).click();
  await expect.element(box).toHaveValue('');
});

test('says when nothing matches and leads back to everything', async () => {
  fakeShop();
  await openTab('/?q=zebra');
  await expect.element(page.getByRole('heading', { name: 'Nothing matches that' })).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect.poll(names).toHaveLength(3);
  expect(window.location.search).toBe('');
});

test('an empty catalogue says so', async () => {
  fakeShop([]);
  await openTab('/');
  await expect.element(page.getByRole('heading', { name: 'The shelves are empty' })).toBeVisible();
});

test('a category is a link that narrows the list and marks itself', async () => {
  fakeShop();
  await openTab('/');
  const chips = page.getByRole('navigation', { name: 'Categories' });
  await chips.getByRole('link', { name: 'Desk' }).click();
  await expect.poll(names).toEqual([LAMP.product_name]);
  await expect
    .element(chips.getByRole('link', { name: 'Desk' }))
    .toHaveAttribute('aria-current', 'true');
  expect(window.location.search).toBe('?category=Desk');
  await expect.poll(() => document.title).toBe('Desk · Carthub');
});

test('sorts by price, as the address says', async () => {
  fakeShop();
  await openTab('/');
  await page.getByRole('combobox', { name: 'Sort by' }).selectOptions('-price');
  await expect.poll(names).toEqual([LAMP.product_name, KITE.product_name, MUG.product_name]);
  expect(window.location.search).toBe('?sort=-price');
});

test('shows more page by page, moves the focus on, and remembers how far', async () => {
  fakeShop(MANY_PRODUCTS);
  await openTab('/');
  await expect.element(page.getByText('Showing 24 products')).toBeVisible();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.element(page.getByText('Showing 48 products')).toBeVisible();
  await expect.poll(() => document.activeElement?.textContent).toBe('Jar 25');
  expect(window.location.search).toBe('?shown=48');
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.element(page.getByText('Showing all 60 products')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Show more' })).not.toBeInTheDocument();
});

test('a reload shows as many as before, in one request', async () => {
  const shop = fakeShop(MANY_PRODUCTS);
  await openTab('/?shown=48');
  await expect.element(page.getByText('Showing 48 products')).toBeVisible();
  expect(shop.callsOf('listProducts')).toHaveLength(1);
});

test('a next page that fails keeps what is there and can be asked for again', async () => {
  const shop = fakeShop(MANY_PRODUCTS);
  await openTab('/');
  await expect.element(page.getByText('Showing 24 products')).toBeVisible();
  shop.refuse('listProducts', { status: 422, code: 'validation-failed' });
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('did not arrive');
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.element(page.getByText('Showing 48 products')).toBeVisible();
});

test('a product has its own page, reached from the list', async () => {
  fakeShop();
  await openTab('/');
  await page.getByRole('link', { name: LAMP.product_name }).click();
  await expect
    .element(page.getByRole('heading', { level: 1, name: LAMP.product_name }))
    .toBeVisible();
  await expect.element(page.getByText(LAMP.description)).toBeVisible();
  await expect.element(page.getByText('In stock, set aside when you order')).toBeVisible();
  await expect.poll(() => document.title).toBe('Desk Lamp · Carthub');
  expect(document.activeElement?.id).toBe('main');
});

test('a product that is not there is said not to be', async () => {
  const shop = fakeShop();
  await openTab('/products/unicorn');
  await expect.element(page.getByRole('heading', { name: 'We couldn’t find that' })).toBeVisible();
  expect(shop.callsOf('getProduct')).toHaveLength(1);
});

test('a product page survives an outage by a retry', async () => {
  const shop = fakeShop();
  const away = { status: 503, code: 'database-unavailable', headers: { 'Retry-After': '0' } };
  shop.refuse('getProduct', away, away);
  await openTab(`/products/${MUG.product_id}`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByRole('heading', { name: MUG.product_name })).toBeVisible();
});

test('a picture that is missing leaves a plain square', async () => {
  fakeShop([{ ...MUG, image_url: '/images/products/none.txt' }]);
  await openTab('/');
  await expect.element(page.getByText('No picture')).toBeVisible();
});
