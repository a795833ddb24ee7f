import { CATALOGS, type Language } from './catalogs.ts';

export interface MailLocale {
  readonly language: Language;
  /** For Intl: the language, and the customer's script and region if that language is the customer's. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
}

const DEFAULT: MailLocale = { language: 'en', tag: 'en', direction: 'ltr' };

const isLanguage = (text: string): text is Language => Object.hasOwn(CATALOGS, text);

/** @param locale a BCP 47 tag as the order keeps it; one that cannot be read or spoken becomes English */
export function mailLocaleOf(locale: string | null): MailLocale {
  let parts: Intl.Locale;
  try {
    parts = new Intl.Locale(locale ?? DEFAULT.tag);
  } catch {
    return DEFAULT;
  }
  const { language, region } = parts;
  if (!isLanguage(language)) return DEFAULT;
  return {
    language,
    tag: region === undefined ? language : `${language}-${region}`,
    direction: language === 'ar' ? 'rtl' : 'ltr',
  };
}
