// The currencies in which prices can be stored, and how many decimals an amount in each of them has.
// The database service owns this file; the backend keeps a copy.
//
// Source: ISO 4217, list one, without funds, precious metals and codes for tests. Amounts are stored with two
// decimals, so currencies with three (BHD, IQD, JOD, KWD, LYD, OMR, TND) or four are not supported.

const codes = (text: string): readonly string[] => text.trim().split(/\s+/);

const WITH_TWO_DECIMALS = codes(`
  AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
  CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
  IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
  NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
  STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
`);

export const WITHOUT_DECIMALS = codes(`
  BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
`);

const DECIMALS: ReadonlyMap<string, 0 | 2> = new Map([
  ...WITH_TWO_DECIMALS.map((code) => [code, 2] as const),
  ...WITHOUT_DECIMALS.map((code) => [code, 0] as const),
]);

/** How many decimals an amount in this currency has; undefined if it is not supported. */
export const decimalsOf = (currency: string): 0 | 2 | undefined => DECIMALS.get(currency);

/** What is wrong with this value of CURRENCY; undefined if it is supported. */
export function currencyProblem(currency: string): string | undefined {
  if (DECIMALS.has(currency)) return undefined;
  const supported = [...DECIMALS.keys()].sort().join(', ');
  return (
    `CURRENCY is ${JSON.stringify(currency.slice(0, 40))}: give an ISO 4217 code whose amounts have two ` +
    `decimals or none. Supported: ${supported}.`
  );
}
