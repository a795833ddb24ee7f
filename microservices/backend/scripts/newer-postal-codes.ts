/**
 * Postal codes that the package of Google's address data lacks: it is from before May 2023.
 *
 * Compared country by country, November 2026, and the widest taken, because an order lost to a valid code costs more
 * than a mistyped one:
 *   - Google's address service (CC BY 4.0), as two public repositories copied it on 2026-09-24 and 2026-09-25
 *   - commerceguys/addressing, 2026-02 (MIT)
 *   - Shopify/worldwide, data/regions, 2026-08 (MIT)
 *   - GeoNames, countryInfo.txt, 2025-08 (CC BY 4.0)
 *   - brick/postcode, 2026-03 (MIT)
 *   - countrystatecity-postal-codes 2.0.1, 2026-10 (ODbL): only used to find codes that a pattern refused
 * Postal operators, where a source is not enough: Chunghwa Post (TW, 2020), NIPOST (NG, 2026).
 *
 * A pattern is about the shape of a code, not about the codes that are assigned, which change. Not taken are the first
 * parts of codes that some sources list for want of the rest (CA, GB, NL).
 */
export interface NewerPostalCode {
  readonly zip: string;
  /** The first example of a code; if missing, that of the package. */
  readonly zipex?: string;
}

/** Of the United States and of the territories that the USPS serves. */
const ZIP_CODE = { zip: String.raw`\d{5}(?:[ \-]\d{4})?` };
/** Of France and of its parts overseas, which have moved between ranges. */
const FIVE_DIGITS = { zip: String.raw`\d{5}` };
const FOUR_DIGITS = { zip: String.raw`\d{4}` };
/** The second part of a code of the Royal Mail. */
const INWARD = String.raw`[\dA-Z]? ?\d[A-Z]{2}`;

export const NEWER_POSTAL_CODES: Readonly<Record<string, NewerPostalCode>> = {
  AD: { zip: String.raw`AD\d{3}` },
  AI: { zip: String.raw`AI-\d{4}`, zipex: 'AI-2640' },
  AM: { zip: String.raw`\d{4}|\d{6}`, zipex: '0010' },
  AS: ZIP_CODE,
  AX: FIVE_DIGITS,
  BH: { zip: String.raw`\d{3,4}` },
  BL: FIVE_DIGITS,
  BR: { zip: String.raw`\d{5}(?:-\d{3})?` },
  CA: { zip: String.raw`[A-Z]\d[A-Z] ?\d[A-Z]\d` },
  CC: FOUR_DIGITS,
  CR: { zip: String.raw`\d{4,5}|\d{5}-\d{4}|\d{3}-\d{4}`, zipex: '10101' },
  CX: FOUR_DIGITS,
  CY: { zip: String.raw`\d{4,5}` },
  EC: { zip: String.raw`\d{6}|[A-Z]\d{4}[A-Z]` },
  EG: { zip: String.raw`\d{5}|\d{7}`, zipex: '4460232' },
  FM: ZIP_CODE,
  GB: { zip: String.raw`[A-Z]{1,2}\d${INWARD}|GIR ?0AA|BFPO ?\d{1,4}` },
  GE: { zip: String.raw`\d{4}|\d{6}` },
  GF: FIVE_DIGITS,
  GG: { zip: String.raw`GY\d${INWARD}` },
  GL: FOUR_DIGITS,
  GP: FIVE_DIGITS,
  GU: ZIP_CODE,
  IM: { zip: String.raw`IM\d${INWARD}` },
  IR: { zip: String.raw`\d{5}(?:-?\d{5})?` },
  JE: { zip: String.raw`JE\d${INWARD}` },
  KH: { zip: String.raw`\d{5,6}`, zipex: '120101' },
  KR: { zip: String.raw`\d{5}|\d{3}-\d{3}` },
  LI: FOUR_DIGITS,
  MC: FIVE_DIGITS,
  ME: FIVE_DIGITS,
  MF: FIVE_DIGITS,
  MH: ZIP_CODE,
  MM: { zip: String.raw`\d{5}|\d{7}` },
  MN: { zip: String.raw`\d{5,6}` },
  MP: ZIP_CODE,
  MQ: FIVE_DIGITS,
  MT: { zip: String.raw`[A-Z]{2,3} ?\d{2,4}`, zipex: 'VLT 1117' },
  MU: { zip: String.raw`[A-Z\d]\d{4}|\d{3}[A-Z]{2}\d{3}` },
  NC: FIVE_DIGITS,
  NF: FOUR_DIGITS,
  NG: { zip: String.raw`\d{6}|[A-Z]{2}-\d{2}-[A-Z\d]{3}-[A-Z]{2}-\d{2}` },
  NI: { zip: String.raw`\d{5}|\d{3}-\d{3}-\d` },
  PE: { zip: String.raw`\d{5}|LIMA \d{1,2}|CALLAO \d{1,2}`, zipex: '15001' },
  PF: FIVE_DIGITS,
  PM: FIVE_DIGITS,
  PR: ZIP_CODE,
  PW: ZIP_CODE,
  PY: { zip: String.raw`\d{4}|\d{6}`, zipex: '001001' },
  RE: FIVE_DIGITS,
  SA: { zip: String.raw`\d{5}(?:-?\d{4})?`, zipex: '12345' },
  SH: { zip: '(?:ASCN|STHL|TDCU) 1ZZ' },
  SM: FIVE_DIGITS,
  SO: { zip: String.raw`[A-Z]{2} ?\d{5}|\d{4,5}` },
  SV: { zip: String.raw`\d{4}`, zipex: '1101' },
  SZ: { zip: String.raw`[A-Z]\d{3}` },
  TH: { zip: String.raw`\d{5}(?:-\d{4})?` },
  TW: { zip: String.raw`\d{3}(?:\d{2,3})?`, zipex: '100' },
  UM: ZIP_CODE,
  US: ZIP_CODE,
  VA: FIVE_DIGITS,
  VI: ZIP_CODE,
  WF: FIVE_DIGITS,
  XK: FIVE_DIGITS,
  YT: FIVE_DIGITS,
};
