/**
 * Divides an amount in proportion to weights, by largest remainder: each gets its exact share rounded down to the
 * smallest unit, and the units that are left go to those that lost most; of equals, to the first. The parts sum to the
 * amount, and no part exceeds its weight unless the amount exceeds their sum.
 *
 * @param amount a multiple of the smallest unit, as the weights should be
 */
export function allocate(
  amount: number,
  weights: readonly number[],
  smallestUnit: number,
): number[] {
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  const units = BigInt(Math.floor(amount / smallestUnit));
  if (sum === 0n || units === 0n) return weights.map(() => 0);
  const exact = weights.map((weight) => units * BigInt(weight));
  const parts = exact.map((share) => share / sum);
  const left = Number(units - parts.reduce((total, part) => total + part, 0n));
  const largest = exact
    .map((share, index) => ({ index, remainder: share % sum }))
    .sort((a, b) => Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder))
    .slice(0, left);
  for (const { index } of largest) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts.map((part) => Number(part) * smallestUnit);
}
