import type { Cart } from '../../../shared/api/types.ts';

const MIN_RECONNECT_MS = 2_000;
const MAX_RECONNECT_MS = 60_000;

/**
 * Subscribes to the cart: its current state and each later change, from any tab or device. Without
 * `EventSource`, or while the shop refuses the stream, `onCart` is not called.
 *
 * @returns unsubscribes
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
      // A browser reconnects after a lost connection, but not after an error response.
      if (source.readyState !== EventSource.CLOSED) return;
      const delay = Math.min(MIN_RECONNECT_MS * 2 ** failures, MAX_RECONNECT_MS);
      failures += 1;
      timer = setTimeout(open, delay * (0.5 + Math.random() / 2));
    };
  }

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
