/** Which language and region a client prefers. */
import type { FastifyRequest } from 'fastify';

/** Set by a page whose language the customer has chosen. */
export const LOCALE_COOKIE = 'carthub_locale';

const MAX_HEADER_LENGTH = 1000;
const MAX_LOCALE_LENGTH = 35;

/**
 * The cookie's locale, or the one that Accept-Language prefers, as language, script and region of BCP 47.
 *
 * @returns null if neither names a locale
 */
export function localeOf({
  headers,
  cookies,
}: Pick<FastifyRequest, 'headers' | 'cookies'>): string | null {
  return canonical(cookies[LOCALE_COOKIE] ?? '') ?? preferred(headers['accept-language'] ?? '');
}

/** RFC 9110, section 12.5.4: the highest weight, and of equal ones the first. */
function preferred(header: string): string | null {
  const ranges = header
    .slice(0, MAX_HEADER_LENGTH)
    .split(',')
    .flatMap((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const weight = weightOf(parameters);
      const locale = canonical(tag);
      return locale === null || weight === 0 ? [] : [{ locale, weight }];
    });
  // Sorting is stable.
  return ranges.sort((a, b) => b.weight - a.weight)[0]?.locale ?? null;
}

function weightOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2) ?? '1';
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0;
}

function canonical(tag: string): string | null {
  // Of `und` and of private tags, Intl knows no language.
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(tag) || /^und\b/i.test(tag)) return null;
  try {
    const { language, script, region } = new Intl.Locale(tag);
    const locale = [language, script, region].filter(Boolean).join('-');
    return locale.length <= MAX_LOCALE_LENGTH ? locale : null;
  } catch {
    return null;
  }
}
