import { useId } from 'react';
import { useFormContext } from 'react-hook-form';
import type { Quote, QuotedDelivery } from '../../../shared/api/types.ts';
import { formatMoney } from '../../../shared/lib/format.ts';
import type { CheckoutValues } from '../form/checkout-schema.ts';

/** How the order can be delivered to the address. Nothing is shown if there is no choice and no promise. */
export function DeliveryOptions({ quote }: { quote: Quote | undefined }) {
  const id = useId();
  const { setValue } = useFormContext<CheckoutValues>();
  if (!quote) return null;
  const { delivery_options: options, delivery_option: chosen, currency } = quote;
  const isPlain = options.length === 1 && options[0]?.min_days === null && chosen !== null;
  if (isPlain) return null;
  return (
    <fieldset aria-describedby={`${id}-problem`}>
      <legend className="mb-4 font-serif text-2xl">Delivery</legend>
      <div className="space-y-3">
        {options.map((option) => (
          <label
            key={option.option_id}
            className="flex cursor-pointer items-start gap-4 rounded-xl border border-line bg-paper p-4 transition-colors hover:border-ink has-checked:border-ink has-checked:bg-shell"
          >
            <input
              type="radio"
              name={`${id}-option`}
              value={option.option_id}
              checked={option.option_id === chosen}
              onChange={() => setValue('delivery_option', option.option_id)}
              aria-label={option.name}
              aria-describedby={`${id}-${option.option_id}`}
              className="mt-1 size-5 shrink-0 accent-ink"
            />
            <span className="min-w-0 grow">
              <bdi className="block font-medium">{option.name}</bdi>
              <span id={`${id}-${option.option_id}`} className="block text-muted text-sm">
                {[daysText(option), priceText(option, currency)].filter(Boolean).join(' · ')}
              </span>
            </span>
          </label>
        ))}
      </div>
      <p id={`${id}-problem`} aria-live="polite" className="mt-2 font-medium text-rust text-sm">
        {problemText(quote)}
      </p>
    </fieldset>
  );
}

function problemText({ delivery_options: options, delivery_option: chosen }: Quote): string {
  if (options.length === 0) return 'We cannot deliver this order to that address.';
  return chosen === null ? 'Choose another delivery: yours is not offered to that address.' : '';
}

function daysText({ min_days: min, max_days: max }: QuotedDelivery): string {
  if (min === null || max === null) return '';
  const days = min === max ? `${max}` : `${min} to ${max}`;
  return `${days} working ${max === 1 ? 'day' : 'days'}`;
}

/** A promotion may take off all of the price, or a part. */
function priceText({ price, discount }: QuotedDelivery, currency: string): string {
  if (price === 0 || discount >= price) return 'free';
  const text = formatMoney(price, currency);
  return discount > 0 ? `${text}, ${formatMoney(discount, currency)} off` : text;
}
