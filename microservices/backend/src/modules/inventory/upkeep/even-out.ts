/** Units that move from one bucket to another. */
export interface Move {
  readonly from: number;
  readonly into: number;
  readonly units: number;
}

/**
 * The moves after which no two buckets differ by more than one unit; fewer than there are buckets.
 *
 * @param free units by bucket
 */
export function evenOut(free: readonly number[]): Move[] {
  const sum = free.reduce((total, units) => total + units, 0);
  const share = Math.floor(sum / free.length);
  // Buckets that have the most keep what is left over.
  const richestFirst = free.map((_, bucket) => bucket).sort((a, b) => at(free, b) - at(free, a));
  const above = richestFirst.map((bucket, rank) => ({
    bucket,
    units: at(free, bucket) - share - (rank < sum % free.length ? 1 : 0),
  }));
  const moves: Move[] = [];
  const takers = above.filter(({ units }) => units < 0);
  for (const giver of above.filter(({ units }) => units > 0)) {
    while (giver.units > 0) {
      const taker = takers[0];
      if (!taker) return moves;
      const units = Math.min(giver.units, -taker.units);
      moves.push({ from: giver.bucket, into: taker.bucket, units });
      giver.units -= units;
      taker.units += units;
      if (taker.units === 0) takers.shift();
    }
  }
  return moves;
}

const at = (free: readonly number[], bucket: number): number => free[bucket] ?? 0;
