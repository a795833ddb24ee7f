import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOCALE_COOKIE, localeOf } from '../../src/http/locale.ts';

const of = (header: string | undefined, cookie?: string) =>
  localeOf({
    headers: header === undefined ? {} : { 'accept-language': header },
    cookies: cookie === undefined ? {} : { [LOCALE_COOKIE]: cookie },
  });

describe('the locale of a request', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['*', null],
    ['de', 'de'],
    ['DE-at', 'de-AT'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['es-419,es;q=0.9', 'es-419'],
    ['fr;q=0.2, de;q=0.9, en;q=0.9', 'de'],
    ['fr;q=0, de', 'de'],
    ['fr;q=2, de;q=0.1', 'de'],
    ['iw', 'he'],
    ['ar-EG-u-nu-latn', 'ar-EG'],
    ['x-private', null],
    ['i-klingon', null],
    ['und', null],
    ['not_a_tag, en', 'en'],
    [`${'a'.repeat(5000)}, en`, null],
  ])('%s is %s', (header, expected) => {
    expect(of(header)).toBe(expected);
  });

  it('is the one that the customer has chosen, if there is one', () => {
    expect(of('de', 'ar-EG')).toBe('ar-EG');
    expect(of('de', '../../etc')).toBe('de');
  });

  it('is always one that an order can keep', () => {
    const tag = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.stringMatching(/^[A-Za-z]{1,9}(-[A-Za-z0-9]{1,9}){0,4}$/),
      fc.constantFrom(
        'sgn-BE-FR',
        'zh-min-nan',
        'en-GB-oed',
        'cmn',
        'sh',
        'no-NO-NY',
        'en-840',
        'de-DD',
      ),
    );
    const LOCALE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;
    fc.assert(
      fc.property(tag, tag, (a, b) => {
        const locale = of(`${a};q=0.4, ${b}`, a);
        if (locale !== null) expect(locale).toMatch(LOCALE);
      }),
      { numRuns: 1000 },
    );
  });
});
