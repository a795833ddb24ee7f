import type { Order, OrderDetails, Product, QuotedDelivery } from '../../src/shared/api/types.ts';

function product(changes: Partial<Product> = {}): Product {
  const id = changes.product_id ?? 'stoneware-mug';
  return {
    product_id: id,
    product_name: 'Stoneware Mug',
    description: 'Holds 300 ml and keeps it warm.',
    category: 'Coffee',
    price: 18.5,
    currency: 'USD',
    image_url: `/images/products/${id}.svg`,
    available: 40,
    withdrawn: false,
    ...changes,
  };
}

export const MUG = product();
export const LAMP = product({
  product_id: 'desk-lamp',
  product_name: 'Desk Lamp',
  category: 'Desk',
  price: 89,
  available: 3,
});
export const KITE = product({
  product_id: 'diamond-kite',
  product_name: 'Diamond Kite',
  category: 'Outdoor',
  price: 32,
  available: 0,
});

/** More than two pages, sorted by name. */
export const MANY_PRODUCTS: readonly Product[] = Array.from({ length: 60 }, (_, index) => {
  const number = String(index + 1).padStart(2, '0');
  return product({ product_id: `jar-${number}`, product_name: `Jar ${number}`, price: 60 - index });
});

/** The only delivery of a shop without rules. */
export const STANDARD: QuotedDelivery = {
  option_id: 'standard',
  name: 'Standard',
  price: 4.95,
  discount: 0,
  min_days: null,
  max_days: null,
};
export const EXPRESS: QuotedDelivery = {
  option_id: 'express',
  name: 'Express',
  price: 14.95,
  discount: 0,
  min_days: 1,
  max_days: 2,
};

export const ADDRESS = {
  name: 'Robin Vale',
  line1: '12 Quay Street',
  city: 'Harbour',
  postal_code: '90210',
  country: 'US',
};

export function order(changes: Partial<Order> = {}): Order {
  return {
    order_id: '0c9d7f3a-0000-4000-8000-000000000001',
    customer_id: 'guest-1',
    number: 'CH-7F3K-9Q2M',
    status: 'paid',
    currency: 'USD',
    items: [
      {
        product_id: MUG.product_id,
        product_name: MUG.product_name,
        price: 18.5,
        quantity: 2,
        subtotal: 37,
        image_url: MUG.image_url,
      },
    ],
    total_items: 2,
    subtotal: 37,
    discount: 0,
    shipping: 4.95,
    tax: 3.05,
    total: 45,
    discounts: [],
    taxes: [],
    delivery: null,
    payment: { provider: 'test', status: 'captured', reference: 'test_1' },
    shipping_address: ADDRESS,
    billing_address: ADDRESS,
    email: 'robin@example.com',
    created_at: '2026-03-04T10:00:00.000Z',
    ...changes,
  };
}

/** An order of which nothing has been sent yet. */
export function orderDetails(changes: Partial<OrderDetails> = {}): OrderDetails {
  const placed = { ...order(), ...changes };
  const at = placed.created_at;
  return {
    ...placed,
    refunded: 0,
    can_cancel: placed.status === 'paid' || placed.status === 'pending_payment',
    units: placed.items.map(({ product_id, quantity }) => ({
      product_id,
      ordered: quantity,
      fulfilled: 0,
      cancelled: 0,
      returned: 0,
    })),
    fulfilments: [],
    refunds: [],
    history: [
      { at, event: 'pending_payment', actor: 'customer', reason: null },
      { at, event: 'paid', actor: 'provider', reason: null },
    ],
    ...changes,
  };
}

export const PARCEL = {
  fulfilment_id: '11111111-0000-4000-8000-000000000001',
  carrier: 'DHL',
  tracking_number: 'JD0146',
  tracking_url: 'https://parcels.example/JD0146',
  created_at: '2026-03-05T09:00:00.000Z',
  delivered_at: null,
  items: [{ product_id: MUG.product_id, quantity: 2 }],
} as const;
