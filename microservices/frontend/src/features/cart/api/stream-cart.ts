import type { Cart } from '../../../shared/api/types.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Tells of the cart as it is now and whenever it changes, in whatever tab or on whatever device. Without
 * `EventSource`, or while the shop refuses the stream, it tells nothing.
 *
 * @returns how to end it
 */
export function streamCart(customerId: string, onCart: (cart: Cart) => void): () => void {
  if (typeof EventSource === 'undefined') return () => {};
  const address = `/api/v1/cart/${encodeURIComponent(customerId)}/events`;
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout>;
  let failures = 0;

  function open() {
    source = new EventSource(address);
    source.onopen = () => {
      failures = 0;
    };
    source.addEventListener('cart', ({ data }: MessageEvent<string>) => onCart(JSON.parse(data)));
    source.onerror = () => {
      // After a lost connection a browser comes back by itself; a refusal it takes for the last word.
      if (source.readyState !== EventSource.CLOSED) return;
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      failures += 1;
      timer = setTimeout(open, pause * (0.5 + Math.random() / 2));
    };
  }

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
