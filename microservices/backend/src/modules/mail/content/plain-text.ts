/** What people have typed, made fit for a mail: one line, of bounded length, that cannot change the text around it. */

const MAX_TEXT_LENGTH = 160;
/** A character can have so many marks above and below it before they cover other lines. */
const MAX_MARKS = 4;

const LINE_BREAKS = /[\p{Cc}\u2028\u2029]/gu;
/** Direction marks, overrides and isolates, the byte order mark, annotations, tags, no characters. */
const INVISIBLE =
  /[\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;
const MANY_MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu');

const SEGMENTER = new Intl.Segmenter();

/** Cut to `maxLength` characters as people count them. */
export function oneLine(text: string, maxLength = MAX_TEXT_LENGTH): string {
  // However long the text is, its beginning is enough.
  const start = text.slice(0, maxLength * 20).toWellFormed();
  const line = start
    .replaceAll(LINE_BREAKS, ' ')
    .replaceAll(INVISIBLE, '')
    .replaceAll(MANY_MARKS, '$1')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  let [letters, end] = [0, 0];
  for (const { segment, index } of SEGMENTER.segment(line)) {
    letters += 1;
    if (letters > maxLength) return `${line.slice(0, end)}…`;
    if (letters < maxLength) end = index + segment.length;
  }
  return text.length > start.length ? `${line}…` : line;
}

/**
 * A text that a customer has typed. Mail programs make links of what looks like an address; with a name such as
 * "Win at evil.example" the shop's mails could carry advertisements to people who have ordered nothing. A zero-width
 * space behind dots, slashes, colons and at signs within words keeps it a text.
 */
export const customerText = (text: string, maxLength?: number): string =>
  oneLine(text, maxLength).replaceAll(/(?<=\S)([./:@\uff0e\u3002])(?=\S)/gu, '$1\u200b');

const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** In a text of another direction: between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode, UAX #9). */
export const isolated = (text: string, direction: 'ltr' | 'rtl'): string =>
  direction === 'rtl' || RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;

/** A mail's header: RFC 5322 has no line breaks in one, and isolates are of no use there. */
export const headerText = (text: string): string => oneLine(text, 200);
