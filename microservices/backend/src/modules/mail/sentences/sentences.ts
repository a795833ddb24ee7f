import { IntlMessageFormat } from 'intl-messageformat';
import { isolated } from '../content/plain-text.ts';
import { CATALOGS, type Language, type SentenceId } from './catalogs.ts';
import type { MailLocale } from './mail-locale.ts';

/** Texts stand in the sentence with their own direction; `count` decides the plural. */
type SentenceValues = Readonly<Record<string, string | number>>;
export type Say = (id: SentenceId, values?: SentenceValues) => string;

/** Says sentences in the language of a locale, with its digits. */
export const speaker =
  ({ language, tag, direction }: MailLocale): Say =>
  (id, values = {}) => {
    const isolatedValues = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? isolated(value, direction) : value,
    ]);
    const message = new IntlMessageFormat(parsed(language, id), tag);
    return String(message.format(Object.fromEntries(isolatedValues)));
  };

type Parsed = ReturnType<IntlMessageFormat['getAst']>;
const cache = new Map<string, Parsed>();

function parsed(language: Language, id: SentenceId): Parsed {
  const name = `${language} ${id}`;
  const known = cache.get(name);
  if (known) return known;
  // Markup would be read as a tag; a mail escapes the sentence as a whole.
  const options = { ignoreTag: true };
  const ast = new IntlMessageFormat(CATALOGS[language][id], language, undefined, options).getAst();
  cache.set(name, ast);
  return ast;
}
