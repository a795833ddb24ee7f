import { attempt } from './attempt.ts';

/** The shop's texts are English, whatever the browser's language is, and so are its numbers and dates. */
const LOCALE = 'en-US-u-nu-latn-ca-gregory';

/** The currencies of ISO 4217 without decimals; the contract lists the same. */
const WITHOUT_DECIMALS = new Set(
  'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' '),
);

export const hasDecimals = (currency: string): boolean => !WITHOUT_DECIMALS.has(currency);

/**
 * Formats an amount that the server computed; the storefront computes no money. The decimals are those of ISO
 * 4217: ICU has others for some currencies, and would show 16.50 AFN as AFN 17. Never fewer than the server
 * sends: nobody pays an amount that was not shown.
 */
export function formatMoney(amount: number, currency: string): string {
  const minimumFractionDigits = hasDecimals(currency) ? 2 : 0;
  const decimals = { minimumFractionDigits, maximumFractionDigits: 2 };
  const options = { style: 'currency', currency, ...decimals } as const;
  return (
    attempt(() => new Intl.NumberFormat(LOCALE, options).format(amount)) ?? `${currency} ${amount}`
  );
}

export function formatDate(iso: string): string {
  const date = new Date(iso);
  return (
    attempt(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long' }).format(date)) ??
    iso.slice(0, 10)
  );
}

let countryNames: Intl.DisplayNames | undefined;

/** The English name of a country, or its code in a browser without the names. */
export function countryName(code: string): string {
  countryNames ??= attempt(() => new Intl.DisplayNames('en', { type: 'region' }));
  return attempt(() => countryNames?.of(code)) ?? code;
}

/** The time of today, or date and time. */
export function formatMoment(time: number): string {
  const isToday = new Date(time).toDateString() === new Date().toDateString();
  const options: Intl.DateTimeFormatOptions = {
    timeStyle: 'short',
    ...(isToday ? {} : { dateStyle: 'long' }),
  };
  const text = attempt(() => new Intl.DateTimeFormat(LOCALE, options).format(time));
  return text ?? new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

export function formatCount(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? '' : 's'}`;
}

/**
 * What people read out, such as CH-7F3K-9Q2M. Orders of earlier releases have none; the first group of the UUID
 * distinguishes a shopper's orders too.
 */
export function orderNumber(order: { number?: string | null; order_id: string }): string {
  return order.number ?? order.order_id.slice(0, 8).toUpperCase();
}
