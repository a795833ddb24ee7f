import { BatchedReads } from '../../db/batching/batched-reads.ts';
import type { App } from '../../http/app.ts';
import { Problem } from '../../http/problem.ts';
import { reference, responses } from '../../http/schemas.ts';
import { findProducts, listCategories } from './catalog.queries.ts';
import {
  CategoryList,
  Product,
  ProductPage,
  ProductParams,
  ProductQuery,
} from './catalog.schemas.ts';
import { pageOfProducts, toProduct } from './catalog.service.ts';

/** The catalog is public: no session is needed. */
export async function catalogRoutes(app: App, currency: string): Promise<void> {
  const products = new BatchedReads(async (database, ids) => {
    const found = new Map((await findProducts(database, ids)).map((row) => [row.product_id, row]));
    return (id) => found.get(id);
  });

  app.get(
    '/products',
    {
      schema: {
        operationId: 'listProducts',
        summary: 'Search and page through the products',
        tags: ['catalog'],
        querystring: ProductQuery,
        response: responses({ 200: ProductPage }, 422, 429, 503),
      },
    },
    (request) => pageOfProducts(request.database, currency, request.query),
  );

  app.get(
    '/products/:product_id',
    {
      schema: {
        operationId: 'getProduct',
        summary: 'One product',
        tags: ['catalog'],
        params: ProductParams,
        response: responses({ 200: reference(Product) }, 404, 422, 429, 503),
      },
    },
    async (request) => {
      const row = await products.read(request.database, request.params.product_id);
      if (!row) throw new Problem('product-not-found');
      return toProduct(row, currency);
    },
  );

  app.get(
    '/categories',
    {
      schema: {
        operationId: 'listCategories',
        summary: 'The categories and how many products each has',
        tags: ['catalog'],
        response: responses({ 200: CategoryList }, 429, 503),
      },
    },
    async (request) => ({ items: await listCategories(request.database) }),
  );
}
