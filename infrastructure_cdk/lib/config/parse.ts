/** Parses an input's text; returns undefined if it is invalid. */
export type Parse<T> = (text: string) => T | undefined;

export const oneOf =
  <const T extends string>(...values: readonly T[]): Parse<T> =>
  (text) =>
    values.find((value) => value === text);

export const matching =
  (pattern: RegExp): Parse<string> =>
  (text) =>
    pattern.test(text) ? text : undefined;

export const wholeNumber =
  (least: number, most: number): Parse<number> =>
  (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };

/** Three different letters. */
export const zoneLetters: Parse<readonly string[]> = (text) => {
  const letters = text.split(',');
  const areLetters = letters.every((letter) => /^[a-z]$/.test(letter));
  return areLetters && letters.length === 3 && new Set(letters).size === 3 ? letters : undefined;
};

export interface ClusterEndpoint {
  /** That reach the cluster's API; none means all. */
  readonly networks: readonly string[];
}

/** Of the whole cluster (EKS User Guide, "View and manage Amazon EKS and Fargate service quotas"). */
const MAX_NETWORKS = 40;

/**
 * Networks whose addresses the public endpoint never sees as a client's: this host, private, loopback, link-local,
 * multicast and reserved ones (IANA, special-purpose address registry). "CIDR blocks can't include reserved addresses"
 * (EKS User Guide, "Cluster API server endpoint").
 */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
].flatMap((text) => networkOf(text) ?? []);

interface Network {
  /** As a number. */
  readonly address: number;
  readonly bits: number;
}

function networkOf(text: string): Network | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!found) return undefined;
  const [bits = 0, ...octets] = found.slice(1).map(Number).reverse();
  if (bits > 32 || octets.some((octet) => octet > 255)) return undefined;
  return { address: octets.reduceRight((sum, octet) => sum * 256 + octet, 0), bits };
}

function isWithin(inner: Network, outer: Network): boolean {
  const size = 2 ** (32 - outer.bits);
  const start = ({ address }: Network) => Math.floor(address / size);
  return inner.bits >= outer.bits && start(inner) === start(outer);
}

function isPublicNetwork(text: string): boolean {
  const network = networkOf(text);
  return network !== undefined && !NOT_PUBLIC.some((other) => isWithin(network, other));
}

export const clusterEndpoint: Parse<ClusterEndpoint> = (text) => {
  if (text === 'public') return { networks: [] };
  const networks = text.split(',');
  return networks.every(isPublicNetwork) && networks.length <= MAX_NETWORKS
    ? { networks }
    : undefined;
};
