import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerText, oneLine } from '../../../src/modules/mail/content/plain-text.ts';
import { writeMail } from '../../../src/modules/mail/content/write-mail.ts';
import { toHtml } from '../../../src/modules/mail/render/html.ts';
import { toText } from '../../../src/modules/mail/render/text.ts';
import {
  KINDS,
  sampleMail,
  sampleOrder,
  sampleRequest,
} from '../../../test-support/mail-samples.ts';

const LOCALES = ['en', 'en-US', 'de-DE', 'de-CH', 'ar', 'ar-EG', 'fr-FR', null];
/** Gmail hides what follows. */
const MAX_HTML_BYTES = 102_400;

/** Texts that a screen reader or a reader of the source sees; the markup of the mail itself has none of them. */
const visible = (html: string): string =>
  html
    .replaceAll(/<\/?span[^>]*>/g, '')
    .replaceAll(/<(style|title)>[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, '\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe.each(KINDS)('the mail "%s"', (kind) => {
  it.each(LOCALES)('says the same as HTML and as text, in %s', (locale) => {
    const { content, html, text } = sampleMail(kind, sampleOrder({ locale }));
    const said = [
      content.title,
      ...content.paragraphs,
      ...content.facts.flatMap(({ label, value }) => [label, value]),
      ...(content.lines?.items ?? []).flatMap(({ name, quantity, amount }) => [
        name,
        quantity,
        amount,
      ]),
      ...content.totals.flatMap(({ label, amount }) => [label, amount]),
      ...content.addresses.flatMap(({ title, lines }) => [title, ...lines]),
      ...content.footer,
    ];
    for (const sentence of said) {
      expect(visible(html)).toContain(sentence);
      expect(text).toContain(sentence);
    }
    for (const url of html.matchAll(/href="([^"]*)"/g))
      expect(text).toContain(url[1]?.replaceAll('&amp;', '&'));
    expect(content.subject).toContain('CH-7F3K-9Q2M');
    expect(`${content.subject}${text}${visible(html)}`).not.toMatch(/undefined|null|NaN|[{}]/);
  });

  it('is readable without pictures and style sheet, and loads nothing but pictures', () => {
    const { html } = sampleMail(kind);
    expect(html).not.toMatch(/<(script|link|iframe|form|object|embed)\b|\son\w+=|url\(|@import/i);
    for (const [image] of html.matchAll(/<img[^>]*>/g))
      expect(image).toMatch(
        /src="https:\/\/shop\.example\/images\/.*alt="".*width="56" height="56"/,
      );
    expect(html).toMatch(/max-width:600px/);
  });
});

describe('a mail in Arabic', () => {
  it('runs from right to left and keeps names in their own direction', () => {
    const order = sampleOrder({ locale: 'ar-EG' });
    const { html, text } = sampleMail('paid', order);
    expect(html).toContain('<html lang="ar-EG" dir="rtl">');
    expect(text).toContain('\u2068Gooseneck Pour-Over Kettle\u2069');
    expect(text).toContain('\u2068CH-7F3K-9Q2M\u2069');
    expect(text).toContain('المملكة المتحدة');
  });

  it('keeps an Arabic name within an English mail in its own direction', () => {
    const address = { name: 'ليلى أحمد', line1: '5 شارع النيل', city: 'القاهرة', country: 'EG' };
    const order = sampleOrder({ shipping_address: address, billing_address: address });
    expect(sampleMail('paid', order).text).toContain('\u2068ليلى أحمد\u2069');
  });
});

it.each([
  ['en-US', 'USD', 1234.5, '$1,234.50'],
  ['de-DE', 'EUR', 1234.5, '1.234,50 €'],
  ['de-AT', 'EUR', 1234.5, '€ 1.234,50'],
  ['en-GB', 'JPY', 1234, 'JP¥1,234'],
  ['en', 'AFN', 16.5, 'AFN 16.50'],
])('formats money for %s and %s', (locale, currency, total, expected) => {
  const { content } = sampleMail('paid', sampleOrder({ locale, currency, total }));
  expect(content.totals.at(-1)?.amount.replaceAll(/\s/g, ' ')).toBe(expected);
});

/** An order with a promotion and two taxes of these names. */
const pricedOrder = (name: string, changes: Parameters<typeof sampleOrder>[0] = {}) =>
  sampleOrder({
    discounts: [{ promotion_id: 'p', name, code: null, product_id: null, amount: 18.6 }],
    taxes: [
      { name, rate: 8.875, included: false, amount: 14.86 },
      { name: 'VAT', rate: 20, included: true, amount: 31 },
    ],
    ...changes,
  });

it('names promotions and taxes, and those that prices contain after the total', () => {
  const { content } = sampleMail('paid', pricedOrder('Spring'));
  expect(content.totals.map(({ label }) => label)).toEqual([
    'Subtotal',
    'Discount (Spring)',
    'Delivery',
    'Spring 8.875%',
    'Total',
    'Includes VAT 20%',
  ]);
  const german = sampleMail('paid', pricedOrder('Tax', { locale: 'de-DE' })).content;
  expect(german.totals[3]?.label.replaceAll(/\s/g, ' ')).toBe('Steuer 8,875 %');
});

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '"><script>alert(1)</script>',
    "' onerror='x",
    'a\r\nBcc: all@evil.example\r\n\r\nbody',
    '\u202egnp.exe\u202c\u2066',
    '{number} {count, plural, other {x}}',
    '</title></style><img src=x>',
    'Win at https://evil.example/now',
    `z${'\u0301'.repeat(500)}`,
    '\ud800',
    '&lt;b&gt;',
    '<!--[if mso]><![endif]-->',
  ),
);

const tagsOf = (html: string) => [...html.matchAll(/<\/?[a-z!][^>]*>/gi)].map(([tag]) => tag);

describe('hostile texts', () => {
  it('change no markup, no header and no other text', () => {
    fc.assert(
      fc.property(
        HOSTILE,
        HOSTILE,
        fc.constantFrom(...KINDS),
        fc.constantFrom(...LOCALES),
        (a, b, kind, locale) => {
          const safe = sampleMail(kind, pricedOrder('Spring', { locale }));
          const [first, ...rest] = sampleOrder().items;
          const items = first ? [{ ...first, product_name: a }, ...rest] : [];
          const address = { ...sampleOrder().shipping_address, name: b, city: a };
          const order = pricedOrder(a, { locale, items, shipping_address: address });
          const request = sampleRequest(kind, order);
          const data = {
            ...request.data,
            ...(kind === 'fulfilled' ? { carrier: b, tracking_number: a } : {}),
          };
          const content = writeMail({ ...request, data });
          const html = toHtml(content);
          expect(content.subject).toBe(safe.content.subject);
          expect(content.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          const known = tagsOf(safe.html);
          // How many lines an address has depends on which texts are blank.
          expect(tagsOf(html).filter((tag) => !known.includes(tag))).toEqual([]);
          expect(`${html}${toText(content)}`.isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of 10 MB make a small mail at once', () => {
    const [first] = sampleOrder().items;
    const name = '<script>\u202e\u0301é😀 https://evil.example '.repeat(2500);
    const items = first
      ? Array.from({ length: 100 }, () => ({ ...first, product_name: name, image_url: name }))
      : [];
    expect(JSON.stringify(items).length).toBeGreaterThan(10_000_000);
    const startedAt = process.cpuUsage();
    const { html, text } = sampleMail('paid', sampleOrder({ items }));
    expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(1000);
    expect(Buffer.byteLength(html)).toBeLessThan(MAX_HTML_BYTES);
    expect(text).toContain('and 50 more products');
  });

  it('of the longest names in a hundred lines stay below what mail programs show', () => {
    const [first] = sampleOrder().items;
    const items = first
      ? Array.from({ length: 100 }, () => ({
          ...first,
          product_name: '&'.repeat(255),
          quantity: 99,
        }))
      : [];
    const { html } = sampleMail('paid', sampleOrder({ items }));
    expect(Buffer.byteLength(html)).toBeLessThan(MAX_HTML_BYTES);
  });

  it('load no picture from anywhere but the web', () => {
    const [first] = sampleOrder().items;
    for (const image_url of [
      'javascript:alert(1)',
      'data:image/png;base64,AA',
      'file:///etc/passwd',
    ]) {
      const items = first ? [{ ...first, image_url }] : [];
      expect(sampleMail('paid', sampleOrder({ items })).html).not.toContain('<img');
    }
  });

  it('become no link to a carrier unless they are an address of the web', () => {
    const request = sampleRequest('fulfilled');
    for (const tracking_url of ['javascript:alert(1)', 'not an address', ''])
      expect(
        toHtml(writeMail({ ...request, data: { ...request.data, tracking_url } })),
      ).not.toContain('Track your delivery');
  });
});

describe('a text of a customer', () => {
  it('cannot be taken for an address by a mail program', () => {
    expect(customerText('Win at https://evil.example/x now')).not.toMatch(
      /evil\.example|https:\/\//,
    );
    expect(customerText('me@evil.example')).not.toMatch(/e@evil|evil\.example/);
    expect(customerText('St. James 5/7')).toBe('St. James 5/\u200b7');
  });

  it('is one line of bounded length, cut between characters', () => {
    expect(oneLine(' a\r\n\tb\u2028c\u202e ')).toBe('a b c');
    expect(oneLine('👩‍👩‍👧‍👦'.repeat(5), 3)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦…');
    expect(oneLine(`e${'\u0301'.repeat(99)}`)).toBe(`e${'\u0301'.repeat(4)}`);
    expect(oneLine('\ud800')).toBe('\ufffd');
  });
});
