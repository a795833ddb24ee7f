import { decimalsOf } from '../../../config/currencies.ts';
import type { MailLocale } from '../sentences/mail-locale.ts';

export interface Formats {
  money(amount: number): string;
  /** @param rate in percent */
  percent(rate: number): string;
  /** With the name of the time zone: the mail is read anywhere. */
  time(moment: Date): string;
  country(code: string): string;
}

/**
 * @param currency ISO 4217 code
 * @param timeZone an IANA name
 */
export function formatsOf({ tag }: MailLocale, currency: string, timeZone: string): Formats {
  // Never fewer decimals than the amount has: ICU has others than ISO 4217 for some currencies.
  const decimals = decimalsOf(currency) ?? 2;
  const money = new Intl.NumberFormat(tag, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: 2,
  });
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 4 });
  const time = new Intl.DateTimeFormat(tag, {
    calendar: 'gregory',
    timeZone,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const countries = new Intl.DisplayNames(tag, { type: 'region', fallback: 'code' });
  return {
    money: (amount) => money.format(amount),
    percent: (rate) => percent.format(rate / 100),
    time: (moment) => time.format(moment),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  };
}
