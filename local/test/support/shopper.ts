// A shopper without a browser: orders one thing through the storefront's address.

interface Session {
  readonly customer_id: string;
  readonly token: string;
}

export interface Shopper {
  /** @returns the order's id */
  order(productId: string, paymentMethod?: string): Promise<string>;
  orderIds(): Promise<string[]>;
}

export async function visit(url: string): Promise<Shopper> {
  const api = `${url}/api/v1`;
  const session = await call<Session>(`${api}/sessions`, { method: 'POST' });
  const headers = {
    authorization: `Bearer ${session.token}`,
    'content-type': 'application/json',
  };
  const post = (body: object) => ({
    method: 'POST',
    headers,
    body: JSON.stringify({ customer_id: session.customer_id, ...body }),
  });
  return {
    order: async (productId, paymentMethod = 'pm_test_approve') => {
      await call(`${api}/cart/items`, post({ product_id: productId, quantity: 1 }));
      const order = post({
        email: 'shopper@example.com',
        payment_method: paymentMethod,
        shipping_address: {
          name: 'A Shopper',
          line1: '1 Main Street',
          city: 'Springfield',
          postal_code: '12345',
          country: 'US',
        },
      });
      return (await call<{ order_id: string }>(`${api}/cart/checkout`, order)).order_id;
    },
    orderIds: async () => {
      const page = await call<{ items: { order_id: string }[] }>(`${api}/orders`, { headers });
      return page.items.map(({ order_id }) => order_id);
    },
  };
}

export interface StockedProduct {
  readonly product_id: string;
  readonly available: number;
}

export async function productWithStock(url: string, productId?: string): Promise<StockedProduct> {
  const products = `${url}/api/v1/products`;
  if (productId !== undefined) return call<StockedProduct>(`${products}/${productId}`);
  const { items } = await call<{ items: StockedProduct[] }>(`${products}?limit=100`);
  const found = items.find(({ available }) => available > 1);
  if (found === undefined) throw new Error('no product is in stock');
  return found;
}

async function call<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json() as Promise<T>;
}
