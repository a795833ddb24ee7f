import type { Fulfilment, OrderDetails } from '../../../shared/api/types.ts';
import { attempt } from '../../../shared/lib/attempt.ts';

interface ParcelProps {
  fulfilment: Fulfilment;
  order: OrderDetails;
}

/** What is in a parcel, and where it is. */
export function Parcel({ fulfilment, order }: ParcelProps) {
  const { carrier, items, tracking_number } = fulfilment;
  const nameOf = (productId: string) =>
    order.items.find((line) => line.product_id === productId)?.product_name ?? productId;
  return (
    <>
      <ul>
        {items.map(({ product_id, quantity }) => (
          <li key={product_id}>
            {quantity} × <bdi>{nameOf(product_id)}</bdi>
          </li>
        ))}
      </ul>
      {carrier || tracking_number ? (
        <p className="mt-1">
          {carrier ? <bdi>{carrier}</bdi> : 'Parcel number'}{' '}
          {tracking_number ? <bdi className="tabular-nums">{tracking_number}</bdi> : null}
        </p>
      ) : null}
      <TrackingLink fulfilment={fulfilment}>Track this parcel</TrackingLink>
    </>
  );
}

interface TrackingLinkProps {
  fulfilment: Fulfilment;
  children: string;
}

export function TrackingLink({ fulfilment, children }: TrackingLinkProps) {
  const url = webAddress(fulfilment.tracking_url);
  if (!url) return null;
  return (
    // The page's own address can hold the key of a mailed link.
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="link inline-flex min-h-11 items-center font-semibold"
    >
      {children}
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}

/** An address that a link may open: `javascript:` and the like are none. */
function webAddress(text: string | null): string | undefined {
  const url = text === null ? undefined : attempt(() => new URL(text));
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}
