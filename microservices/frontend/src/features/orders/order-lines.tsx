import { Link } from 'react-router';
import type { OrderDetails } from '../../shared/api/types.ts';
import { formatMoney } from '../../shared/lib/format.ts';
import { productAddress } from '../../shared/lib/product-address.ts';
import { ProductImage } from '../../shared/ui/product-image.tsx';

export function OrderLines({ order }: { order: OrderDetails }) {
  return (
    <ul aria-label="Products ordered">
      {order.items.map((line) => (
        <li key={line.product_id} className="flex items-center gap-4 border-line border-t py-4">
          <ProductImage src={line.image_url} size={80} className="size-20 shrink-0 rounded-xl" />
          <div className="min-w-0 flex-1">
            <p className="font-serif text-lg leading-snug">
              <Link
                to={productAddress(line.product_id)}
                className="decoration-1 underline-offset-4 hover:underline"
              >
                <bdi>{line.product_name}</bdi>
              </Link>
            </p>
            <p className="mt-1 text-muted tabular-nums">
              {line.quantity} × {formatMoney(line.price, order.currency)}
            </p>
            <UnitsNote order={order} productId={line.product_id} />
          </div>
          <p className="font-semibold tabular-nums">{formatMoney(line.subtotal, order.currency)}</p>
        </li>
      ))}
    </ul>
  );
}

/** What differs from a line that is sent as a whole, or not at all yet. */
function UnitsNote({ order, productId }: { order: OrderDetails; productId: string }) {
  const units = order.units.find(({ product_id }) => product_id === productId);
  if (!units || order.status === 'cancelled') return null;
  const { ordered, fulfilled, cancelled, returned } = units;
  const isOnTheWay = order.status === 'partly_fulfilled' && fulfilled > 0;
  const notes = [
    isOnTheWay ? `${fulfilled} of ${ordered} sent` : '',
    cancelled > 0 ? `${cancelled} taken off the order` : '',
    returned > 0 ? `${returned} returned` : '',
  ].filter((note) => note !== '');
  if (notes.length === 0) return null;
  return <p className="mt-1 text-sm">{notes.join(' · ')}</p>;
}
