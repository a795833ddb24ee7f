import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import contract from '../contracts/openapi.json' with { type: 'json' };
import {
  type CheckoutValues,
  emptyCheckout,
  sameBilling,
  toRequest,
} from '../src/features/checkout/form/checkout-schema.ts';
import {
  type AddressParts,
  addressCountries,
  findAddressProblems,
  MAX_LENGTHS,
} from '../src/shared/address/address-rules.ts';
import { isEmailAddress } from '../src/shared/address/email-address.ts';
import { FakeShop } from './fake-shop/fake-shop.ts';
import { POSTAL_CODES_IN_USE } from './support/postal-codes-in-use.ts';

const QUOTE = new FakeShop([]).quote();

const body =
  contract.paths['/api/v1/cart/checkout'].post.requestBody.content['application/json'].schema;
const LIMITS: Readonly<Record<string, object>> = body.properties.shipping_address.properties;

/** What the API does with an address: the limits of the contract, and the rules that both share. */
function isAccepted(address: AddressParts): boolean {
  const fits = Object.entries(MAX_LENGTHS).every(([field, maxLength]) => {
    const value = Object.entries(address).find(([name]) => name === field)?.[1];
    return value === undefined || (value !== '' && [...value].length <= maxLength);
  });
  return fits && findAddressProblems(address).length === 0;
}

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u200b',
    '\u3164',
    'Ann',
    '東京',
    '12345',
    'SW1A 1AA',
    '１２３４５',
    'K1A 0B1',
    'a\u001bb',
    'a\r\nb',
    'a\tb',
    '\u0085',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.integer({ min: 1, max: 210 }).map((length) => '𝄞'.repeat(length)),
);
const country = fc.oneof(
  fc.constantFrom('US', 'GB', 'HK', 'AE', 'IE', 'JP', 'XK', 'ZZ', 'UK', ''),
  fc.constantFrom(...addressCountries().keys()),
);
const address = fc.record({
  name: text,
  line1: text,
  line2: text,
  city: text,
  region: text,
  postal_code: text,
  country,
});

const valuesWith = (changes: Partial<CheckoutValues>): CheckoutValues => ({
  ...emptyCheckout('US'),
  email: 'ann@example.com',
  payment_method: 'pm_test_approve',
  ...changes,
});

describe('the form and the API', () => {
  test('have the same limits', () => {
    for (const [field, maxLength] of Object.entries(MAX_LENGTHS)) {
      expect(LIMITS[field]).toMatchObject({ maxLength, minLength: 1 });
    }
  });

  test('accept the same addresses', () => {
    let accepted = 0;
    fc.assert(
      fc.property(address, (shipping_address) => {
        const values = valuesWith({ shipping_address });
        const parsed = sameBilling.safeParse(values);
        const ok =
          parsed.success && isAccepted(toRequest(valuesWith(parsed.data), QUOTE).shipping_address);
        if (parsed.success) accepted += 1;
        expect(parsed.success).toBe(ok);
        if (parsed.success) return;
        const trimmed = Object.fromEntries(
          Object.entries(shipping_address).map(([field, value]) => [field, value.trim()]),
        );
        const request = toRequest(
          valuesWith({ shipping_address: { ...shipping_address, ...trimmed } }),
          QUOTE,
        );
        expect(isAccepted(request.shipping_address)).toBe(false);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  test('accept the same e-mail addresses', () => {
    const email = fc.oneof(
      fc.emailAddress(),
      fc.string({ unit: 'grapheme', maxLength: 20 }).map((local) => `${local}@example.com`),
      fc.string({ unit: 'grapheme', maxLength: 20 }).map((domain) => `a@${domain}.com`),
      fc.constantFrom('ivan@пример.рф', 'b&b@example.com', 'a@例子。公司', 'a@b', ''),
      fc.integer({ min: 200, max: 260 }).map((length) => `a@${'b.'.repeat(length / 2)}com`),
    );
    fc.assert(
      fc.property(email, (typed) => {
        const shipping_address = {
          ...emptyCheckout('AQ').shipping_address,
          name: 'Ann',
          line1: 'Base',
          city: 'McMurdo',
        };
        const parsed = sameBilling.safeParse(valuesWith({ shipping_address, email: typed }));
        const sent = typed.trim();
        const { maxLength } = body.properties.email;
        expect(parsed.success).toBe(isEmailAddress(sent) && [...sent].length <= maxLength);
      }),
      { numRuns: 1000 },
    );
  });
});

const shippingTo = (country: string, postal_code: string) => ({
  ...emptyCheckout(country).shipping_address,
  name: 'Ann',
  line1: '1 High Street',
  city: 'City',
  region: 'Region',
  postal_code,
});
const codeProblems = (country: string, postal_code: string) => {
  const parsed = sameBilling.safeParse(
    valuesWith({ shipping_address: shippingTo(country, postal_code) }),
  );
  return parsed.error?.issues ?? [];
};

describe('the form', () => {
  test.each(POSTAL_CODES_IN_USE)('accepts a postal code in use in %s: %s', (country, code) => {
    expect(codeProblems(country, code)).toEqual([]);
    const request = toRequest(valuesWith({ shipping_address: shippingTo(country, code) }), QUOTE);
    expect(findAddressProblems(request.shipping_address)).toEqual([]);
  });

  test('accepts the codes of each pattern, however they are written', () => {
    const checked = [...addressCountries().values()].flatMap(({ code, postalPattern }) =>
      postalPattern ? [{ code, codes: new RegExp(postalPattern.source) }] : [],
    );
    for (const { code, codes } of checked) {
      const prefix = fc.constantFrom('', `${code}-`, `${code.toLowerCase()} `);
      const zero = fc.constantFrom(...'0０٠');
      fc.assert(
        fc.property(fc.stringMatching(codes), prefix, zero, (typed, before, zero) => {
          const written = typed.replaceAll(/\d/g, (digit) =>
            String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)),
          );
          expect(codeProblems(code, ` ${before}${written.toLowerCase()} `), written).toEqual([]);
        }),
        { numRuns: 10 },
      );
    }
  });

  test('puts a text on one line, and names a character that nobody can see', () => {
    const address = { ...shippingTo('US', '97201'), line1: '1 High Street\r\n\tFlat 2\n' };
    const parsed = sameBilling.safeParse(valuesWith({ shipping_address: address }));
    expect(parsed.data?.shipping_address.line1).toBe('1 High Street Flat 2');
    const hidden = sameBilling.safeParse(
      valuesWith({ shipping_address: { ...address, name: 'Ann\u001b' } }),
    );
    expect(hidden.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['shipping_address.name', 'Remove the invisible characters from the full name.'],
    ]);
  });
});
