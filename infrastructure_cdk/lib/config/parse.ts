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

export const clusterEndpoint: Parse<ClusterEndpoint> = (text) => {
  if (text === 'public') return { networks: [] };
  const networks = text.split(',');
  const isNetwork = (network: string) => /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(network);
  return networks.every(isNetwork) ? { networks } : undefined;
};
