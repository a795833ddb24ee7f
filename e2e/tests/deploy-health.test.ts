import { expect, inject, it } from 'vitest';
import { checkShop } from '../../deploy/src/shop/check-shop.ts';

it("the deploy command's health check buys in the shop, and leaves no cart where it must not buy", async () => {
  const lines: string[] = [];
  const shop = {
    base: inject('shop').storefrontUrl,
    signal: new AbortController().signal,
    pollMs: 50,
    deadline: Date.now() + 10_000,
    log: (line: string) => lines.push(line),
  };
  await checkShop(shop, undefined);
  expect(lines).toEqual([
    expect.stringMatching(/^product: /),
    expect.stringMatching(/^cart: 1 × /),
    expect.stringMatching(/^order: [\w-]+, paid with the test provider/),
  ]);
  await checkShop(shop, 'it is production');
  expect(lines.at(-1)).toBe('order: not placed, because it is production');
});
