// What keeps `npm start` from starting is told in sentences, soon, and without a stack.

import { expect, it } from 'vitest';
import { createTestShop } from './support/shop.ts';

it.each([
  ['a name without an address', { HOST: 'no-such-host.invalid' }, 'HOST is "no-such-host.invalid"'],
  ['an address of another machine', { HOST: '192.0.2.1' }, 'which is no address of this machine'],
  ['a state directory in /proc', { CARTHUB_STATE_DIR: '/proc/x/y' }, 'No directory can be made at'],
  ['a file as state directory', { CARTHUB_STATE_DIR: '/dev/null' }, 'needs a directory at'],
  ['a state directory below a file', { CARTHUB_STATE_DIR: '/dev/null/x' }, 'No directory can be'],
  [
    'a long state directory',
    { CARTHUB_STATE_DIR: `/tmp/${'x'.repeat(300)}` },
    'No directory can be',
  ],
])('%s is refused', async (_what, env, sentence) => {
  await using shop = await createTestShop();
  const refused = shop.launch(env);
  expect(await refused.exited).toBe(1);
  expect(refused.output()).toContain(sentence);
  expect(refused.output()).not.toMatch(/^\s+at |Error/m);
});

it('a currency without decimals does not fit a catalog with decimals, and the reason is shown', async () => {
  await using shop = await createTestShop();
  const first = await shop.open();
  first.interrupt();
  await first.exited;
  const refused = shop.launch({ CURRENCY: 'JPY' });
  expect(await refused.exited).toBe(1);
  expect(refused.output()).toContain(
    'The backend is not ready. The catalog has prices with decimals',
  );
  expect(refused.output()).toContain('.carthub/ can be deleted');
  expect(refused.output()).not.toContain('"level"');
});
