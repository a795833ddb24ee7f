import { CART, hasShape } from '../../../shared/api/shapes.ts';
import type { Cart } from '../../../shared/api/types.ts';
import { attempt } from '../../../shared/lib/attempt.ts';

const MIN_RECONNECT_MS = 2_000;
const MAX_RECONNECT_MS = 60_000;
/** EventSource.CLOSED */
const CLOSED = 2;

interface StreamListener {
  onCart(cart: Cart): void;
  /** The shop, or a proxy, refused the stream; it is opened again later. */
  onRefused(): void;
}

/**
 * Subscribes to the cart: its current state and each later change, from any tab or device. Without a working
 * `EventSource` nothing is called.
 *
 * @returns unsubscribes
 */
export function streamCart(customerId: string, listener: StreamListener): () => void {
  const address = `/api/v1/cart/${encodeURIComponent(customerId)}/events`;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout>;
  let failures = 0;

  function open() {
    const opened = new EventSource(address);
    source = opened;
    opened.onopen = () => {
      failures = 0;
    };
    opened.addEventListener('cart', ({ data }: MessageEvent<string>) => {
      const cart: unknown = attempt(() => JSON.parse(data));
      if (isCart(cart)) attempt(() => listener.onCart(cart));
    });
    opened.onerror = () => {
      // A browser reconnects after a lost connection, but not after an error response.
      if (opened.readyState !== CLOSED) return;
      listener.onRefused();
      const delay = Math.min(MIN_RECONNECT_MS * 2 ** failures, MAX_RECONNECT_MS);
      failures += 1;
      timer = setTimeout(() => attempt(open), delay * (0.5 + Math.random() / 2));
    };
  }

  attempt(open);
  return () => {
    clearTimeout(timer);
    attempt(() => source?.close());
  };
}

const isCart = (value: unknown): value is Cart => hasShape(value, CART);
