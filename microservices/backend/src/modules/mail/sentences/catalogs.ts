/**
 * The sentences of mails. A catalog is a flat JSON file of ICU messages by id, as FormatJS reads and writes them.
 * A test proves that each language has each sentence, with the same values.
 */
import ar from './ar.json' with { type: 'json' };
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };

export type SentenceId = keyof typeof en;

export const CATALOGS = { en, de, ar } satisfies Readonly<
  Record<string, Readonly<Record<SentenceId, string>>>
>;
export type Language = keyof typeof CATALOGS;
