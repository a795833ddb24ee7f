// Finds environment variables that look like misspelled settings.
// The database service owns this file; backend and local keep copies.
//
// A process also gets variables of the shell, of Kubernetes and of other programs, so only a name that is close to
// a setting is refused: some letters differ, it begins like a setting or continues one, words of it differ or are missing, or people
// guess it.

type Variables = Readonly<Record<string, string | undefined>>;

/** Set by Kubernetes and Docker in each container for each Service: BACKEND_SERVICE_HOST, BACKEND_PORT_80_TCP. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT(_.+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
/** The value of BACKEND_PORT, or of DATABASE_PORT beside a Service named "database". */
const SERVICE_ADDRESS = /^(tcp|udp|sctp):\/\//;

/** Without what Kubernetes sets for its Services, which can have the name of a setting. */
export const withoutServiceLinks = (variables: Variables): Variables =>
  Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value = '']) =>
        !(SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_ADDRESS.test(value))),
    ),
  );

/** Close to a setting, but common elsewhere. */
const OF_OTHERS = ['COOKIE_SECRET'];

/** Names that people guess, and the setting that each means. */
type Guess = readonly [names: RegExp, setting: string];

const GUESSES: readonly Guess[] = [
  [/^DB_UR[IL]$/, 'DATABASE_URL'],
  [/^SHIPPING_(AMOUNT|CHARGE|COST|FEE|PRICE|RATE)$/, 'SHIPPING_FLAT'],
  [/^FREE_SHIPPING(_ABOVE|_FROM|_OVER)?$/, 'SHIPPING_FREE_FROM'],
  [/^(SALES_TAX|TAX|VAT)_(RATE|PERCENT(AGE)?|RATE_PERCENT(AGE)?)$/, 'TAX_RATE_PERCENT'],
];

/**
 * A sentence for each variable that is no setting but close to one.
 * @param settings the names of the service's own variables
 * @param others names that mean something to other programs of the shop
 * @param guesses further names; one beside the setting that it means belongs to another program
 */
export function unknownVariables(
  variables: Variables,
  settings: readonly string[],
  others: readonly string[] = [],
  guesses: readonly Guess[] = [],
): string[] {
  const known = new Set([...settings, ...others, ...OF_OTHERS]);
  const missing = settings.filter((setting) => !variables[setting]);
  return Object.entries(withoutServiceLinks(variables)).flatMap(([name, value]) => {
    if (!value || known.has(name)) return [];
    const upper = name.trim().toUpperCase().replaceAll(/[-.]/g, '_');
    const guessed = [...GUESSES, ...guesses].find(([names]) => names.test(upper))?.[1];
    const nearest =
      missing.find((setting) => setting === guessed) ?? nearestSetting(upper, settings);
    return nearest === undefined
      ? []
      : [`${name} is not a setting: did you mean ${nearest}? Rename it, or unset it.`];
  });
}

/** The setting that this name probably means; undefined if it is not close to any. */
function nearestSetting(upper: string, settings: readonly string[]): string | undefined {
  return settings
    .filter((setting) => isClose(upper, setting))
    .map((setting) => ({ setting, distance: editDistance(upper, setting) }))
    .sort((a, b) => a.distance - b.distance)[0]?.setting;
}

/** Such names are common, and what resembles them has a meaning of its own: HOSTNAME, REPORT, DATABASE_URL_RO. */
const COMMON = new Set([
  'HOST',
  'PORT',
  'SITE',
  'ENVIRONMENT',
  'LOG_LEVEL',
  'DATABASE_URL',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'AWS_REGION',
]);

function isClose(name: string, setting: string): boolean {
  if (name === `${setting}S` && setting.length < 6) return false;
  if (editDistance(name, setting) <= (setting.length < 9 ? 1 : 2)) return true;
  if (COMMON.has(setting)) return false;
  return (
    hasSameWords(name, setting) ||
    isPartOf(name, setting) ||
    leavesOutWords(name, setting) ||
    differsInOneWord(name, setting)
  );
}

/** PERCENT_TAX_RATE and TAXRATEPERCENT are TAX_RATE_PERCENT, and TRUST_PROXIES is TRUST_PROXY. */
function hasSameWords(name: string, setting: string): boolean {
  const sorted = (text: string) => text.split('_').map(singular).sort().join();
  if (sorted(name) === sorted(setting)) return true;
  return name.replaceAll('_', '') === setting.replaceAll('_', '');
}

const singular = (word: string): string => word.replace(/IES$/, 'Y').replace(/S$/, '');

/** Names of the shop and of its parts, which people put before a setting. */
const PREFIX = /^(CARTHUB|CART|SHOP|STORE|STOREFRONT|FRONTEND|BACKEND|API|APP|DB|DATABASE|VITE)_/;

/**
 * TAX_RATE, TAX_RATE_PERCENTAGE and SHOP_TAX_RATE_PERCENT are parts or extensions of TAX_RATE_PERCENT, and
 * STATE_DIR is a part of CARTHUB_STATE_DIR.
 */
function isPartOf(name: string, setting: string): boolean {
  if (name.includes('_') && setting === `CARTHUB_${name}`) return true;
  if (name.startsWith(setting)) return true;
  if (name.endsWith(`_${setting}`)) return PREFIX.test(name) || setting.split('_').length > 2;
  return name.split('_').length > 1 && setting.startsWith(`${name}_`);
}

/** Many programs have a variable of two words that ends in one of these: DATABASE_FILE, APP_DIR. */
const GENERIC = /^[^_]*_(ARN|DIR|FILE|HOST|MAX|MS|PORT|URL)$/;

/** TAX_PERCENT is TAX_RATE_PERCENT, and GUEST_TOKEN_HOURS is GUEST_TOKEN_TTL_HOURS. */
function leavesOutWords(name: string, setting: string): boolean {
  const [words, others] = [name.split('_'), setting.split('_')];
  if (words.length < 2 || GENERIC.test(name)) return false;
  if (words[0] !== others[0] || words.at(-1) !== others.at(-1)) return false;
  let at = -1;
  return words.every((word) => {
    at = others.indexOf(word, at + 1);
    return at >= 0;
  });
}

/** DB_POOL_SIZE and DB_POOL_MAX; of two words, one in common says nothing. */
function differsInOneWord(name: string, setting: string): boolean {
  const [words, others] = [name.split('_'), setting.split('_')];
  if (words.length !== others.length || words.length < 3) return false;
  return words[0] === others[0] && words.filter((word, i) => word !== others[i]).length === 1;
}

/** How many letters must be inserted, deleted, replaced or swapped with a neighbor (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let [beforeLast, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last?.[j - 1] ?? 0) + cost,
        isSwap ? (beforeLast?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last ?? [], row];
  }
  return last?.[b.length] ?? 0;
}
