// Arithmetic with integer ranges: IPv4 addresses and ports.

/** Both ends are inclusive. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

const LAST_ADDRESS = 2 ** 32 - 1;
export const ALL_ADDRESSES: Range = { first: 0, last: LAST_ADDRESS };
export const ALL_PORTS: Range = { first: 0, last: 65_535 };

/** Without leading zeros, which some parsers read as octal (Kubernetes, IsValidCIDRForLegacyField). */
const CIDR = /^((?:(?:0|[1-9]\d*)\.){3}(?:0|[1-9]\d*))\/(0|[1-9]\d*)$/;

const parsed = new Map<string, Range>();

/** @param text such as 10.0.7.0/24; IPv6 is not supported */
export function parseCidr(text: string): Range {
  const known = parsed.get(text) ?? parse(text);
  parsed.set(text, known);
  return known;
}

function parse(text: string): Range {
  const [, address = '', bits = ''] = CIDR.exec(text) ?? [];
  const parts = address.split('.').map(Number);
  const valid = parts.length === 4 && parts.every((part) => part <= 255);
  if (!valid || bits === '' || Number(bits) > 32) throw new Error(`${text} is not an IPv4 range`);
  const size = 2 ** (32 - Number(bits));
  const value = parts.reduce((sum, part) => sum * 256 + part, 0);
  if (value % size !== 0) throw new Error(`${text} has bits set after its prefix`);
  return { first: value, last: value + size - 1 };
}

export function parseAddress(text: string): number {
  return parseCidr(`${text}/32`).first;
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** Splits a range at the boundaries of the others: each piece is fully inside or outside each of them. */
export function split(whole: Range, others: readonly Range[]): Range[] {
  const starts = others.flatMap(({ first, last }) => [first, last + 1]);
  const inside = starts.filter((start) => start > whole.first && start <= whole.last);
  const firsts = [...new Set([whole.first, ...inside])].sort((a, b) => a - b);
  return firsts.map((first, index) => ({ first, last: (firsts[index + 1] ?? whole.last + 1) - 1 }));
}

/** Joins adjacent and overlapping ranges. */
export function join(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a.first - b.first);
  const joined: Range[] = [];
  for (const range of sorted) {
    const before = joined.at(-1);
    if (before && before.last + 1 >= range.first) {
      joined.splice(-1, 1, { first: before.first, last: Math.max(before.last, range.last) });
    } else joined.push(range);
  }
  return joined;
}

export function formatPorts({ first, last }: Range): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

export function formatAddresses({ first, last }: Range): string {
  const format = (address: number) =>
    [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
  return first === last ? format(first) : `${format(first)}-${format(last)}`;
}
