import { render } from 'vitest-browser-react';
import { App } from '../../src/app/app.tsx';
import type { Product } from '../../src/shared/api/types.ts';
import { FakeShop } from '../fake-shop/fake-shop.ts';
import { handlersOf } from '../fake-shop/handlers.ts';
import { KITE, LAMP, MUG } from '../fake-shop/samples.ts';
import { worker } from './worker.ts';

export function fakeShop(products: readonly Product[] = [MUG, LAMP, KITE]): FakeShop {
  const shop = new FakeShop(products);
  worker.use(...handlersOf(shop));
  return shop;
}

/** Renders the whole storefront at a path, like a browser tab. */
export async function openTab(path: string) {
  window.history.replaceState(null, '', path);
  const container = document.body.appendChild(document.createElement('div'));
  return render(<App />, { container, baseElement: container });
}
