import { withLatinDigits } from './latin-digits.ts';

/**
 * What stands before postal codes beside the code of the country: the letters on cars, which the European postal
 * services once agreed on, and the words for a postal code.
 */
const PREFIXES: Readonly<Record<string, readonly string[]>> = {
  AT: ['A'],
  AX: ['FI', 'FIN'],
  BA: ['BIH'],
  BE: ['B'],
  CU: ['CP'],
  DE: ['D'],
  EE: ['E', 'EST'],
  ES: ['E', 'CP'],
  FI: ['FIN'],
  FR: ['F'],
  HU: ['H'],
  IT: ['I', 'CAP'],
  LI: ['FL'],
  LU: ['L'],
  ME: ['MNE'],
  MK: ['NMK'],
  MX: ['CP'],
  NO: ['N'],
  OM: ['PC'],
  PT: ['P'],
  RS: ['SRB'],
  SE: ['S'],
  SG: ['S', 'SINGAPORE'],
  SI: ['SLO'],
  SM: ['RSM'],
  SV: ['CP'],
  XK: ['RKS'],
};

/**
 * Whether a text can be a postal code of the country. Digits of any script are as good, in any case, and so are more or
 * fewer spaces, punctuation marks and letters that stand before every code of the country.
 *
 * @param pattern of a code in upper case
 */
export function fitsPostalPattern(country: string, pattern: RegExp, text: string): boolean {
  const typed = compact(text);
  const letters = leadingLetters(pattern);
  const prefixes = [country, letters, ...(PREFIXES[country] ?? [])];
  const bare = prefixes
    .filter((prefix) => prefix !== '' && typed.startsWith(prefix))
    .map((prefix) => typed.slice(prefix.length));
  const compactPattern = withoutSeparators(pattern);
  return [typed, ...bare].some(
    (form) => compactPattern.test(form) || compactPattern.test(letters + form),
  );
}

/** U+30FC is a letter, and stands for a dash in Japanese. */
const compact = (text: string): string =>
  withLatinDigits(text)
    .toUpperCase()
    .replaceAll(/[\s\p{Z}\p{P}\p{S}\p{Cf}\u30fc]/gu, '');

/** With which every code begins, such as "LV"; '' if the pattern has alternatives. */
const leadingLetters = ({ source }: RegExp): string =>
  source.includes('|') ? '' : (/^\^\(\?:([A-Z]+)/.exec(source)?.[1] ?? '');

/** The pattern for a text without spaces and dashes; those in a class of characters are ranges. */
function withoutSeparators({ source, flags }: RegExp): RegExp {
  const short = source.replaceAll(/\[[^\]]*\]\??|[ -]\??/g, (part) =>
    /^(\[ \\-\]|[ -])\??$/.test(part) ? '' : part,
  );
  return new RegExp(short, flags);
}
