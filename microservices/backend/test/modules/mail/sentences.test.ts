import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';
import { CATALOGS, type SentenceId } from '../../../src/modules/mail/sentences/catalogs.ts';
import { mailLocaleOf } from '../../../src/modules/mail/sentences/mail-locale.ts';
import { speaker } from '../../../src/modules/mail/sentences/sentences.ts';

/** The names of the values in a message, also within its plurals. */
function valuesOf(elements: readonly MessageFormatElement[]): string[] {
  const names = elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
    if (element.type === TYPE.tag) throw new Error('a mail has no tags');
    const nested =
      element.type === TYPE.plural || element.type === TYPE.select
        ? Object.values(element.options).flatMap(({ value }) => valuesOf(value))
        : [];
    return [element.value, ...nested];
  });
  return [...new Set(names)].sort();
}

const english = Object.entries(CATALOGS.en);

describe.each(Object.entries(CATALOGS))('the catalog %s', (language, catalog) => {
  it('has each sentence of the English one, in its order', () => {
    expect(Object.keys(catalog)).toEqual(english.map(([id]) => id));
  });

  it.each(english)('says %s with the same values, in all plural forms', (id, original) => {
    const message: string = Object.entries(catalog).find(([name]) => name === id)?.[1] ?? '';
    expect(message.trim()).toBe(message);
    expect(message).not.toBe('');
    const elements = parse(message);
    expect(valuesOf(elements)).toEqual(valuesOf(parse(original)));
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const element of elements)
      if (element.type === TYPE.plural)
        expect(Object.keys(element.options).sort()).toEqual([...pluralCategories].sort());
  });
});

it('is written in three languages, none a copy of another', () => {
  const texts = Object.values(CATALOGS).map((catalog) => Object.values(catalog).join('\n'));
  expect(new Set(texts).size).toBe(3);
  const id: SentenceId = 'paid.title';
  expect(new Set(Object.values(CATALOGS).map((catalog) => catalog[id])).size).toBe(3);
});

describe('the locale of a mail', () => {
  it.each([
    [null, 'en', 'en', 'ltr'],
    ['de', 'de', 'de', 'ltr'],
    ['de-AT', 'de', 'de-AT', 'ltr'],
    ['ar-EG', 'ar', 'ar-EG', 'rtl'],
    ['fr-CA', 'en', 'en', 'ltr'],
    ['zh-Hant-TW', 'en', 'en', 'ltr'],
    ['constructor', 'en', 'en', 'ltr'],
    ['not a locale', 'en', 'en', 'ltr'],
  ])('of %s is %s (%s, %s)', (locale, language, tag, direction) => {
    expect(mailLocaleOf(locale)).toEqual({ language, tag, direction });
  });

  it('decides plural and digits', () => {
    const say = (locale: string, count: number) =>
      speaker(mailLocaleOf(locale))('lines.quantity', { count });
    expect(say('en', 1)).toBe('1 piece');
    expect(say('en', 2)).toBe('2 pieces');
    expect(say('ar', 2)).toBe('قطعتان');
    expect(say('ar-EG', 7)).toBe('٧ قطع');
  });

  it('keeps braces and tags of values as they are', () => {
    const say = speaker(mailLocaleOf('en'));
    expect(say('footer.reason', { shop: '<b>{x}</b> # \' "' })).toContain('<b>{x}</b> # \' "');
  });
});
