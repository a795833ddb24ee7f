import { hasCode, isNotFound } from '../../../shared/api/api-error.ts';
import { failureText } from '../../../shared/api/failure-text.ts';
import type { CartLine, Product } from '../../../shared/api/types.ts';
import { isolate } from '../../../shared/lib/bidi.ts';
import { formatMoney } from '../../../shared/lib/format.ts';
import { Button } from '../../../shared/ui/button.tsx';
import { useToasts } from '../../../shared/ui/toasts.tsx';
import { readProduct } from '../api/read-product.ts';
import { useCart } from '../state/cart-context.tsx';
import { FAILURE_KEY, useCartFeedback } from '../use-cart-feedback.tsx';
import { decideRestore } from './decide-restore.ts';

/**
 * Puts lines back that were taken out, at the price that the shopper has seen. Another price is offered, not
 * taken; what is sold out or no longer sold is said. A failure keeps its Undo.
 */
export function useRestoreLines() {
  const { quantityOf } = useCart();
  const { attempt } = useCartFeedback();
  const { showToast, dismiss } = useToasts();

  function tell(line: CartLine, text: string, retry?: { label: string; run: () => void }) {
    const key = `restore-${line.product_id}`;
    const onClick = () => {
      dismiss(key);
      retry?.run();
    };
    const action = retry ? (
      <Button look="quiet" onClick={onClick} className="shrink-0 text-inherit">
        <span>
          {retry.label} <span className="sr-only">{line.product_name}</span>
        </span>
      </Button>
    ) : undefined;
    showToast({ key, tone: 'failed', text, action });
  }

  async function restoreLine(line: CartLine, acceptedPrice = line.price) {
    const product = await readProduct(line.product_id).catch((error: unknown) => {
      if (isNotFound(error)) return tellNotSold(line);
      const undo = { label: 'Undo', run: () => void restoreLine(line, acceptedPrice) };
      return tell(line, `${nameOf(line)} was not put back. ${failureText(error, 'cart')}`, undo);
    });
    if (!product) return;
    const wanted = { price: acceptedPrice, quantity: line.quantity };
    const plan = decideRestore(wanted, product, quantityOf(line.product_id));
    switch (plan.kind) {
      case 'not-sold':
        return tellNotSold(line);
      case 'sold-out':
        return tell(line, `${nameOf(line)} has sold out meanwhile, so it was not put back.`);
      case 'all-in-cart':
        return tell(line, `Your cart already has all ${nameOf(line)} that are left.`);
      case 'repriced':
        return offer(line, product);
      case 'add':
        return add(line, product, plan.quantity);
    }
  }

  async function add(line: CartLine, product: Product, quantity: number) {
    const name = nameOf(line);
    let isRepriced = false;
    const result = await attempt({ kind: 'add', product, quantity }, ({ cause }) => {
      isRepriced = hasCode(cause, 'price-changed');
      if (isNotFound(cause) || hasCode(cause, 'product-withdrawn')) return notSold(name);
      return `${name} was not put back. ${failureText(cause, 'cart')}`;
    });
    if (isRepriced) {
      dismiss(FAILURE_KEY);
      await restoreLine(line);
    }
    if (result && quantity < line.quantity)
      tell(line, `Only ${product.available} ${name} left, so ${quantity} went back.`);
  }

  function offer(line: CartLine, { price, currency }: Product) {
    const [now, before] = [formatMoney(price, currency), formatMoney(line.price, currency)];
    tell(line, `${nameOf(line)} now costs ${now} instead of ${before}.`, {
      label: `Put back at ${now}`,
      run: () => void restoreLine(line, price),
    });
  }

  const tellNotSold = (line: CartLine) => tell(line, notSold(nameOf(line)));

  return async (lines: readonly CartLine[]) => {
    for (const line of lines) await restoreLine(line);
  };
}

const nameOf = (line: CartLine) => isolate(line.product_name);

const notSold = (name: string) => `${name} is no longer sold, so it cannot be put back.`;
