import { Link } from 'react-router';
import type { Address, Order } from '../../shared/api/types.ts';
import { formatMoney } from '../../shared/lib/format.ts';
import { ProductImage, productImageUrl } from '../../shared/ui/product-image.tsx';

export function OrderLines({ order }: { order: Order }) {
  return (
    <ul aria-label="Products ordered">
      {order.items.map((line) => (
        <li key={line.product_id} className="flex items-center gap-4 border-line border-t py-4">
          <ProductImage
            src={productImageUrl(line.product_id)}
            size={80}
            className="size-20 shrink-0 rounded-xl"
          />
          <div className="min-w-0 flex-1">
            <p className="font-serif text-lg leading-snug">
              <Link
                to={`/products/${encodeURIComponent(line.product_id)}`}
                className="decoration-1 underline-offset-4 hover:underline"
              >
                {line.product_name}
              </Link>
            </p>
            <p className="mt-1 text-muted tabular-nums">
              {line.quantity} × {formatMoney(line.price, order.currency)}
            </p>
          </div>
          <p className="font-semibold tabular-nums">{formatMoney(line.subtotal, order.currency)}</p>
        </li>
      ))}
    </ul>
  );
}

export function OrderTotals({ order }: { order: Order }) {
  const money = (amount: number) => formatMoney(amount, order.currency);
  const rows = [
    { label: 'Subtotal', amount: money(order.subtotal) },
    ...(order.discount > 0 ? [{ label: 'Discount', amount: `−${money(order.discount)}` }] : []),
    { label: 'Delivery', amount: order.shipping > 0 ? money(order.shipping) : 'Free' },
    { label: 'Tax', amount: money(order.tax) },
  ];
  return (
    <dl className="space-y-2 tabular-nums">
      {rows.map(({ label, amount }) => (
        <div key={label} className="flex justify-between gap-4">
          <dt className="text-muted">{label}</dt>
          <dd>{amount}</dd>
        </div>
      ))}
      <div className="flex items-baseline justify-between gap-4 border-line border-t pt-4 text-xl">
        <dt className="font-serif">Total</dt>
        <dd className="font-semibold">{money(order.total)}</dd>
      </div>
    </dl>
  );
}

export function PostalAddress({ title, address }: { title: string; address: Address }) {
  const city = `${address.postal_code} ${address.city}`;
  const country = new Intl.DisplayNames('en', { type: 'region' }).of(address.country);
  const lines = [address.name, address.line1, address.line2, city, address.region, country];
  return (
    <div>
      <h2 className="font-semibold">{title}</h2>
      <address className="mt-2 text-muted leading-relaxed not-italic">
        {lines
          .filter((line) => line)
          .map((line) => (
            <span key={line} className="block">
              {line}
            </span>
          ))}
      </address>
    </div>
  );
}
