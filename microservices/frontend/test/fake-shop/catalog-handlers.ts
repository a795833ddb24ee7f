import type { RequestHandler } from 'msw';
import type { Product } from '../../src/shared/api/types.ts';
import type { FakeShop } from './fake-shop.ts';
import { http } from './http.ts';
import { intercept, problem } from './refusals.ts';

export function catalogHandlers(shop: FakeShop): RequestHandler[] {
  return [
    http.post('/api/v1/sessions', async ({ request, response }) => {
      const refused = await intercept(shop, 'createSession', request);
      if (refused) return response.untyped(refused);
      shop.openSession(request);
      return response(201).json({
        customer_id: shop.customerId,
        token: shop.token,
        token_type: 'Bearer',
        expires_at: new Date(Date.now() + shop.calls.length).toISOString(),
      });
    }),
    http.get('/api/v1/categories', async ({ request, response }) => {
      const refused = await intercept(shop, 'listCategories', request);
      if (refused) return response.untyped(refused);
      const counts = Map.groupBy(
        shop.products.filter(({ withdrawn }) => !withdrawn),
        (product) => product.category,
      );
      const items = [...counts].map(([category, of]) => ({ category, product_count: of.length }));
      return response(200).json({ items });
    }),
    http.get('/api/v1/products', async ({ request, response }) => {
      const refused = await intercept(shop, 'listProducts', request);
      if (refused) return response.untyped(refused);
      return response(200).json(pageOf(shop.products, new URL(request.url).searchParams));
    }),
    http.get('/api/v1/products/{product_id}', async ({ request, params, response }) => {
      const refused = await intercept(shop, 'getProduct', request);
      if (refused) return response.untyped(refused);
      const product = shop.product(params.product_id);
      if (product) return response(200).json(product);
      return response.untyped(problem({ status: 404, code: 'product-not-found' }));
    }),
  ];
}

/** The typing errors that this shop corrects. */
const CORRECTIONS: Readonly<Record<string, string>> = { lmap: 'lamp' };

function pageOf(products: readonly Product[], query: URLSearchParams) {
  const typed = query.get('q')?.toLowerCase() ?? '';
  const corrected = CORRECTIONS[typed] ?? null;
  const word = corrected ?? typed;
  const category = query.get('category');
  const sort = query.get('sort') ?? 'name';
  const found = products
    .filter((product) => !product.withdrawn)
    .filter((product) => product.product_name.toLowerCase().includes(word))
    .filter((product) => !category || product.category === category)
    .toSorted((a, b) => {
      if (sort === 'name' || sort === 'relevance')
        return a.product_name.localeCompare(b.product_name);
      return sort === 'price' ? a.price - b.price : b.price - a.price;
    });
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 24);
  return {
    items: found.slice(start, end),
    next_cursor: end < found.length ? String(end) : null,
    corrected_query: corrected,
  };
}
