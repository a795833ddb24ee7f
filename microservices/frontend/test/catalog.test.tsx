import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { KITE, LAMP, MANY_PRODUCTS, MUG } from './fake-shop/samples.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const names = () =>
  [...document.querySelectorAll('article h3')].map((heading) => heading.textContent);

test('lists products with price and low stock', async () => {
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

test('a product that is sold out cannot be added', async () => {
  fakeShop();
  await openTab('/');
  const button = page.getByRole('button', { name: `${KITE.product_name} Sold out` });
  await expect.element(button).toBeDisabled();
});

test('images reserve their space, and only the first load eagerly', async () => {
  fakeShop(MANY_PRODUCTS);
  await openTab('/');
  await expect.element(page.getByRole('article', { name: 'Jar 01' })).toBeVisible();
  const pictures = [...document.querySelectorAll<HTMLImageElement>('article img')];
  expect(pictures.every((picture) => picture.hasAttribute('width'))).toBe(true);
  expect(pictures.at(0)?.loading).toBe('eager');
  expect(pictures.at(-1)?.loading).toBe('lazy');
});

test('searches once after typing, and keeps the words in the URL', async () => {
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

test('Enter searches immediately, and the box follows the URL', async () => {
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

test('says what was searched for instead of words with a typing error', async () => {
  fakeShop();
  await openTab('/?q=lmap');
  await expect
    .element(page.getByText('Nothing matches “lmap”. Showing results for “lamp”.'))
    .toBeVisible();
  expect(names()).toEqual([LAMP.product_name]);
});

test('offers the best matches first only for a search, and leaves them out of the URL', async () => {
  const shop = fakeShop();
  await openTab('/?sort=price');
  const sort = page.getByRole('combobox', { name: 'Sort by' });
  await expect.element(sort).toHaveValue('price');
  await expect.element(page.getByRole('option', { name: 'Best match' })).not.toBeInTheDocument();
  await userEvent.selectOptions(sort, 'Name');
  await userEvent.fill(page.getByRole('searchbox', { name: 'Search products' }), 'mug');
  await userEvent.keyboard('{Enter}');
  await expect.element(sort).toHaveValue('relevance');
  expect(window.location.search).toBe('?q=mug');
  await expect
    .poll(() => shop.callsOf('listProducts').at(-1)?.url.searchParams.get('sort'))
    .toBe('relevance');
});

test('shows when nothing matches, and clears the search', async () => {
  fakeShop();
  await openTab('/?q=zebra');
  await expect.element(page.getByRole('heading', { name: 'Nothing matches that' })).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect.poll(names).toHaveLength(3);
  expect(window.location.search).toBe('');
});

test('an empty catalog shows a message', async () => {
  fakeShop([]);
  await openTab('/');
  await expect.element(page.getByRole('heading', { name: 'The shelves are empty' })).toBeVisible();
});

test('a category link filters the list and is marked as current', async () => {
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

test('sorts by price, and keeps the order in the URL', async () => {
  fakeShop();
  await openTab('/');
  await page.getByRole('combobox', { name: 'Sort by' }).selectOptions('-price');
  await expect.poll(names).toEqual([LAMP.product_name, KITE.product_name, MUG.product_name]);
  expect(window.location.search).toBe('?sort=-price');
});

test('loads more page by page, moves the focus and keeps the length in the URL', async () => {
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

test('a reload shows as many products as before, in one request', async () => {
  const shop = fakeShop(MANY_PRODUCTS);
  await openTab('/?shown=48');
  await expect.element(page.getByText('Showing 48 products')).toBeVisible();
  expect(shop.callsOf('listProducts')).toHaveLength(1);
});

test('keeps the list when the next page fails, and can retry', async () => {
  const shop = fakeShop(MANY_PRODUCTS);
  await openTab('/');
  await expect.element(page.getByText('Showing 24 products')).toBeVisible();
  shop.refuse('listProducts', { status: 422, code: 'validation-failed' });
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('did not arrive');
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.element(page.getByText('Showing 48 products')).toBeVisible();
});

test('a product has its own page, linked from the list', async () => {
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

test('an unknown product shows "not found"', async () => {
  const shop = fakeShop();
  await openTab('/products/unicorn');
  await expect.element(page.getByRole('heading', { name: 'We couldn’t find that' })).toBeVisible();
  expect(shop.callsOf('getProduct')).toHaveLength(1);
});

test('a product page can be retried after an outage', async () => {
  const shop = fakeShop();
  const unavailable = {
    status: 503,
    code: 'database-unavailable',
    headers: { 'Retry-After': '0' },
  };
  shop.refuse('getProduct', unavailable, unavailable);
  await openTab(`/products/${MUG.product_id}`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByRole('heading', { name: MUG.product_name })).toBeVisible();
});

test('a missing image leaves a placeholder', async () => {
  fakeShop([{ ...MUG, image_url: '/images/products/none.txt' }]);
  await openTab('/');
  await expect.element(page.getByText('No picture')).toBeVisible();
});
