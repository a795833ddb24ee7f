import type { RequestHandler } from 'msw';
import { cartHandlers } from './cart-handlers.ts';
import { catalogHandlers } from './catalog-handlers.ts';
import type { FakeShop } from './fake-shop.ts';
import { orderHandlers } from './order-handlers.ts';
import { promotionHandlers } from './promotion-handlers.ts';

/** Every operation of the contract, on a fake shop. */
export function handlersOf(shop: FakeShop): RequestHandler[] {
  return [
    ...catalogHandlers(shop),
    ...cartHandlers(shop),
    ...promotionHandlers(shop),
    ...orderHandlers(shop),
  ];
}
