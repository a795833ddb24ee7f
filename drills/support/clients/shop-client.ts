// Shoppers of a backend, by fetch.

/** What the drills read of a cart, an order or a problem; an empty response has none of it. */
interface Body {
  readonly code?: string;
  readonly total?: number;
  readonly total_items?: number;
  readonly items?: readonly { readonly product_name: string }[];
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly ms: number;
  readonly body: Body;
}

export interface Shopper {
  readonly customerId: string;
  readonly token: string;
  add(productId: string): Promise<Answer>;
  read(): Promise<Answer>;
  checkout(): Promise<Answer>;
}

type Login = Pick<Shopper, 'customerId' | 'token'>;

export interface ShopClient {
  readonly url: string;
  newShopper(): Promise<Shopper>;
  /** The same shopper at this backend. */
  as(shopper: Login): Shopper;
  get(path: string): Promise<Answer>;
}

const REQUEST_TIMEOUT_MS = 20_000;
const ADDRESS = {
  name: 'Shopper',
  line1: '1 Street',
  city: 'Town',
  postal_code: '12345',
  country: 'US',
};

export function shopClient(url: string): ShopClient {
  const as = ({ customerId, token }: Login): Shopper => {
    const call = (method: string, path: string, body?: object) =>
      send(`${url}/api/v1${path}`, method, body, { authorization: `Bearer ${token}` });
    const customer_id = customerId;
    return {
      customerId,
      token,
      add: (product_id) => call('POST', '/cart/items', { customer_id, product_id, quantity: 1 }),
      read: () => call('GET', `/cart/${customer_id}`),
      checkout: () =>
        call('POST', '/cart/checkout', {
          customer_id,
          email: 'shopper@example.com',
          shipping_address: ADDRESS,
          payment_method: 'pm_test_approve',
        }),
    };
  };
  return {
    url,
    as,
    newShopper: async () => {
      const response = await fetch(`${url}/api/v1/sessions`, {
        method: 'POST',
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      if (response.status !== 201) throw new Error(`no session: ${response.status}`);
      const session: { customer_id: string; token: string } = JSON.parse(await response.text());
      return as({ customerId: session.customer_id, token: session.token });
    },
    get: (path) => send(`${url}${path}`, 'GET'),
  };
}

async function send(
  url: string,
  method: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ms: performance.now() - began,
    body: text === '' ? {} : JSON.parse(text),
  };
}
