import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AddressParts,
  addressCountries,
  addressLines,
  findAddressProblems,
} from '../../../src/http/address/address-rules.ts';
import { isEmailAddress } from '../../../src/http/address/email-address.ts';
import { checkoutBody, createTestApp, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug');
});
afterAll(() => shop[Symbol.asyncDispose]());

async function order(changes: object) {
  const shopper = await shop.newShopper();
  const body = { customer_id: shopper.customerId, product_id: 'mug', quantity: 1 };
  await shopper.call('POST', '/cart/items', body);
  return shopper.call('POST', '/cart/checkout', checkoutBody(shopper.customerId, changes));
}

const to = (country: string, parts: object): AddressParts => ({
  name: 'Ann',
  line1: '1 High Street',
  country,
  ...parts,
});

const ACCEPTED: readonly AddressParts[] = [
  to('HK', { region: 'Kowloon' }),
  to('HK', { city: 'Mong Kok' }),
  to('AE', { region: 'Dubai' }),
  to('AE', { city: 'Dubai' }),
  to('IE', { city: 'Dublin' }),
  to('IE', { city: 'Dublin', postal_code: 'D02 AF30' }),
  to('XK', { city: 'Pristina' }),
  to('SG', { postal_code: '546080' }),
  to('PA', { city: 'Panama' }),
  to('US', { city: 'Portland', postal_code: '97201' }),
  to('US', { city: 'Portland', region: 'OR', postal_code: '97201-1234' }),
  to('GB', { city: 'London', postal_code: 'sw1a1aa' }),
  to('JP', { region: '東京都', postal_code: '１５４−００２３' }),
  to('DE', { city: 'Berlin', postal_code: 'DE-10115' }),
  to('DE', { city: 'Berlin', postal_code: 'D-10115' }),
  to('DE', { city: 'Berlin', postal_code: '１０１１５' }),
  to('JP', { region: '東京都', postal_code: '〒108-0073' }),
  to('SA', { city: 'الرياض', postal_code: '١٢٣٤٥' }),
  to('IR', { city: 'تهران', postal_code: '۱۱۳۶۹-۱۵۱۱۷' }),
  to('IN', { city: 'मुंबई', region: 'महाराष्ट्र', postal_code: '४०००० १' }),
  to('IN', { city: 'Mumbai', region: 'Maharashtra', postal_code: '400 001' }),
  to('US', { city: 'Portland', postal_code: '97201 – 1234' }),
  to('US', { city: 'Portland', postal_code: '972011234' }),
  to('GB', { city: 'Leeds', postal_code: 'l s 1  4 a p' }),
  to('CA', { city: 'Ottawa', region: 'ON', postal_code: 'k1a-0b1' }),
  to('PL', { city: 'Łódź', postal_code: '90001' }),
  to('PT', { city: 'Lisboa', postal_code: '1000001' }),
  to('BR', { city: 'São Paulo', region: 'SP', postal_code: '01.310-100' }),
  to('SE', { city: 'Göteborg', postal_code: 'SE-411 01' }),
  to('CA', { city: 'Ottawa', region: 'ON', postal_code: 'K1A 0B1' }),
  to('IN', { city: 'Delhi', region: 'Delhi', postal_code: '110001' }),
  to('TW', { city: '台北市', region: '台北市', postal_code: '100001' }),
  to('LV', { city: 'Rīga', postal_code: '1010' }),
  to('SV', { city: 'San Salvador', region: 'San Salvador', postal_code: '1101' }),
  to('AQ', { city: 'McMurdo', postal_code: 'anything' }),
];

const REFUSED: readonly (readonly [AddressParts, ...fields: string[]])[] = [
  [to('ZZ', { city: 'Nowhere' }), 'country'],
  [to('UK', { city: 'London', postal_code: 'SW1A 1AA' }), 'country'],
  [to('AN', { city: 'Willemstad' }), 'country'],
  [to('US', { city: 'Portland', postal_code: 'ABCDE' }), 'postal_code'],
  [to('US', { city: 'Portland' }), 'postal_code'],
  [to('DE', { postal_code: '10115' }), 'city'],
  [to('DE', { city: 'Berlin', postal_code: '1011' }), 'postal_code'],
  [to('DE', { city: 'Berlin', postal_code: 'F-10115' }), 'postal_code'],
  [to('US', { city: 'Portland', postal_code: '97201-12' }), 'postal_code'],
  [to('SA', { city: 'الرياض', postal_code: '١٢٣٤' }), 'postal_code'],
  [to('GB', { city: 'Leeds', postal_code: 'LS1' }), 'postal_code'],
  [to('HK', {}), 'region'],
  [to('AE', { region: ' ' }), 'region'],
  [to('IE', { city: 'Dublin', name: ' \t' }), 'name'],
  [to('IE', { city: 'Dublin', name: '\u200b\u00a0\u3164' }), 'name'],
  [to('IE', { city: '  ', line1: '\u2003' }), 'city', 'line1'],
  [to('IE', { city: 'Dublin', line2: ' ' }), 'line2'],
  [to('IE', { city: 'Dublin', name: 'Ann\nLee' }), 'name'],
  [to('IE', { city: 'Dublin', line1: '1 High\tStreet' }), 'line1'],
  [to('IE', { city: 'Dub\u001blin', line2: 'Flat\r2' }), 'city', 'line2'],
  [to('IE', { city: 'Dublin', region: 'Co\u0085Dublin' }), 'region'],
  [to('IE', { city: 'Dublin', name: 'Ann\u007f', line1: '1\u2028High Street' }), 'name', 'line1'],
  [to('DE', { city: 'Berlin', postal_code: '10115\n' }), 'postal_code'],
];

describe('an order', () => {
  it.each(ACCEPTED)('is sent to %j', async (address) => {
    expect(findAddressProblems(address)).toEqual([]);
    const { status, body } = await order({ shipping_address: address, billing_address: address });
    expect([status, body.shipping_address]).toEqual([201, address]);
  });

  it.each(REFUSED)('is not sent to %j', async (address, ...fields) => {
    for (const kind of ['shipping_address', 'billing_address']) {
      const { status, body } = await order({ [kind]: address });
      expect([status, body.code]).toEqual([422, 'validation-failed']);
      const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
      expect(pointers.toSorted()).toEqual(fields.map((field) => `/${kind}/${field}`).toSorted());
    }
  });

  it.each([
    'ivan@пример.рф',
    'b&b@example.com',
    'a#b@example.com',
    "o'brien+tag@sub.example.co.uk",
    'josé@example.com',
    '用户@例子.广告',
    'a@例子。公司',
    'a@ｅｘａｍｐｌｅ．com',
    'a@例子｡公司',
    'a@xn--e1afmkfd.xn--p1ai',
  ])('confirms to %s', async (email) => {
    const { status, body } = await order({ email });
    expect([status, body.email]).toEqual([201, email]);
  });

  it.each([
    ...[
      'plain',
      'a@b',
      '@example.com',
      'a@',
      'a b@example.com',
      'a@exa mple.com',
      'a@@example.com',
    ],
    ...['.a@example.com', 'a.@example.com', 'a..b@example.com', 'a@-example.com', 'a@example..com'],
    ...['a@例子。', 'a@。公司', 'a@example。.com', 'a。b'],
    ...['a@example.com.', 'a@1.2.3.4', 'a\u200b@example.com', `${'a'.repeat(65)}@example.com`],
    ...['a,b@example.com', 'a@example.com, b@example.com', '<a@example.com>', '"a b"@example.com'],
  ])('does not confirm to %j', async (email) => {
    const { status, body } = await order({ email });
    expect([status, body.errors?.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      422,
      ['/email'],
    ]);
  });
});

describe('the countries', () => {
  it('are those of ISO 3166-1 and Kosovo, each with an example that fits its pattern', () => {
    expect(addressCountries().size).toBe(250);
    for (const { code, postalPattern, postalExample, required } of addressCountries().values()) {
      expect(code).toMatch(/^[A-Z]{2}$/);
      if (required.has('postal_code')) expect(postalPattern, code).toBeDefined();
      if (postalPattern && postalExample) expect(postalExample, code).toMatch(postalPattern);
    }
  });

  it('take a postal code in digits of any script and with any separators', () => {
    const withExample = [...addressCountries().values()].filter(
      ({ postalPattern, postalExample }) => postalPattern && postalExample,
    );
    const zero = fc.constantFrom(...'0０٠۰०০๐');
    const separator = fc.constantFrom('', ' ', '-', '–', ' - ', '.', '\u3000');
    fc.assert(
      fc.property(
        fc.constantFrom(...withExample),
        zero,
        separator,
        ({ code, postalExample, required }, zero, between) => {
          const postal_code = postalExample
            .replaceAll(/\d/g, (digit) =>
              String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)),
            )
            .replaceAll(/[ -]/g, between);
          const place = required.has('region') ? { region: 'Region' } : { city: 'City' };
          expect(findAddressProblems(to(code, { ...place, postal_code }))).toEqual([]);
        },
      ),
    );
  });

  it('write an address in their own order', () => {
    const lines = (country: string, parts: object) => addressLines(to(country, parts));
    expect(
      lines('US', { line2: 'Apt 4', city: 'Portland', region: 'OR', postal_code: '97201' }),
    ).toEqual(['Ann', '1 High Street', 'Apt 4', 'Portland, OR 97201']);
    expect(lines('US', { city: 'Portland', postal_code: '97201' }).at(-1)).toBe('Portland 97201');
    expect(lines('DE', { city: 'Berlin', postal_code: '10115' }).at(-1)).toBe('10115 Berlin');
    expect(lines('GB', { city: 'London', postal_code: 'SW1A 1AA' }).slice(2)).toEqual([
      'London',
      'SW1A 1AA',
    ]);
    expect(lines('HK', { city: 'Mong Kok', region: 'Kowloon' }).slice(2)).toEqual([
      'Mong Kok',
      'Kowloon',
    ]);
    expect(lines('AE', { city: 'Dubai' })).toEqual(['Ann', '1 High Street', 'Dubai']);
    expect(lines('SG', { postal_code: '546080' }).at(-1)).toBe('SINGAPORE 546080');
    expect(lines('SE', { city: 'Lund', postal_code: '411 01' }).at(-1)).toBe('SE-411 01 Lund');
    expect(lines('SE', { city: 'Lund', postal_code: 'se-411 01' }).at(-1)).toBe('se-411 01 Lund');
    expect(lines('JP', { line1: '三田1-1', region: '東京都', postal_code: '108-0073' })).toEqual([
      ...['〒108-0073', '東京都', '三田1-1', 'Ann'],
    ]);
  });

  it('leave no part of an address out, whatever the country', () => {
    const code = fc.constantFrom(...addressCountries().keys(), 'ZZ');
    const text = fc.option(fc.constantFrom('Aaa', 'ббб', '東京'), { nil: undefined });
    const parts = fc.record({ line2: text, city: text, region: text, postal_code: text });
    fc.assert(
      fc.property(code, parts, (country, given) => {
        const address = to(country, given);
        const printed = addressLines(address).join('\n');
        for (const value of [address.name, address.line1, ...Object.values(given)]) {
          if (value !== undefined) expect(printed).toContain(value);
        }
      }),
    );
  });
});

it('an e-mail address has at most one way to be read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      if (!isEmailAddress(text)) return;
      expect(text).not.toMatch(/[\s<>()[\],;:"\\]/);
    }),
  );
  fc.assert(fc.property(fc.emailAddress(), (text) => isEmailAddress(text)));
});
