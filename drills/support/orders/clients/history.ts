// What buyers did and saw. Times as performance.now().

/** Units by product. */
export type Cart = ReadonlyMap<string, number>;

/** One request to check out, and its response. */
export interface Call {
  readonly key: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** 0: no response. */
  readonly status: number;
  readonly isReplay: boolean;
  readonly location: string | null;
  /** The body, byte for byte. */
  readonly text: string;
}

/** A checkout with one Idempotency-Key, with all its repetitions. */
export interface Purchase {
  readonly customerId: string;
  readonly key: string;
  readonly email: string;
  readonly before: Cart;
  /** Put into the cart while it was ordered. */
  readonly added: Cart;
  /** In the order of their ends. */
  readonly calls: readonly Call[];
  /** Read afterwards; undefined if the buyer does not know what became of it. */
  readonly after: Cart | undefined;
  /** The order as GET shows it, right after its acknowledgement. */
  readonly readBack: string | undefined;
}

interface OrderLine {
  readonly product_id: string;
  readonly product_name: string;
  readonly price: number;
  readonly quantity: number;
  readonly subtotal: number;
}

/** What the API tells of an order. */
export interface OrderBody {
  readonly order_id: string;
  readonly number: string;
  readonly customer_id: string;
  readonly status: string;
  readonly items: readonly OrderLine[];
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
  readonly email: string;
}

/** The problem's code; undefined if the body is no problem. */
export function codeOf({ text }: Pick<Call, 'text'>): string | undefined {
  try {
    const { code } = JSON.parse(text);
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

const UNDECIDED = new Set(['idempotency-key-in-use', 'order-pending']);

/** Whether the buyer knows from it what became of the purchase. */
export function isFinal(call: Call): boolean {
  const code = codeOf(call);
  if (code === 'payment-timeout') return true;
  return call.status > 0 && call.status < 500 && call.status !== 429 && !UNDECIDED.has(code ?? '');
}

/**
 * Whether nobody can know yet what became of it: a failure of the payment (504) is not kept, so a request that is still
 * on its way may order after it.
 */
export function isUncertain(calls: readonly Call[]): boolean {
  const ended = calls.filter(isFinal);
  return (
    ended.every(({ status }) => status === 504) &&
    (ended.length === 0 || calls.length > ended.length)
  );
}

/** The responses with an order. */
export const acknowledgements = ({ calls }: Purchase): readonly Call[] =>
  calls.filter(({ status }) => status === 201);

export const orderOf = ({ text }: Call): OrderBody => JSON.parse(text);
