import { expect, test, vi } from 'vitest';
import { attempt } from '../src/shared/lib/attempt.ts';

test('goes on without what is broken, even if the console is broken too', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {
    throw new TypeError('console.warn is blocked');
  });
  const broken = attempt(() => {
    throw new TypeError('Intl.DateTimeFormat is not a constructor');
  });
  expect(broken).toBeUndefined();
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});
