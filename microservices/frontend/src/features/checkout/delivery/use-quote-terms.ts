import { useEffect, useMemo, useState } from 'react';
import { type UseFormReturn, useWatch } from 'react-hook-form';
import type { QuoteTerms } from '../../../shared/api/types.ts';
import { onOneLine } from '../../../shared/lib/one-line.ts';
import { fieldsOf, findCountry } from '../form/address-labels.ts';
import type { CheckoutValues } from '../form/checkout-schema.ts';

/** A region is written letter by letter; each would be another quote. */
const TYPING_MS = 500;
/** Of the contract. */
const MAX_REGION_LENGTH = 100;

/** What the form says about where the order goes, and how. Not settled while the shopper writes. */
export function useQuoteTerms({ control }: UseFormReturn<CheckoutValues>) {
  const [country, written, option] = useWatch({
    control,
    name: ['shipping_address.country', 'shipping_address.region', 'delivery_option'],
  });
  const hasRegion = fieldsOf(findCountry(country)).includes('region');
  const region = hasRegion ? onOneLine(written).trim().slice(0, MAX_REGION_LENGTH) : '';
  const settled = useSettled(region);
  const terms = useMemo(
    (): QuoteTerms => ({
      ...(country === '' ? {} : { country }),
      ...(settled === '' ? {} : { region: settled }),
      ...(option === '' ? {} : { delivery_option: option }),
    }),
    [country, settled, option],
  );
  return { terms, isSettled: settled === region };
}

/** The text, as soon as it has not changed for a while. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  // Another country has no region: at once.
  return text === '' ? '' : settled;
}
