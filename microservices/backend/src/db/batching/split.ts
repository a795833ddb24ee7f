/**
 * The first entries of a map, and the others. To delete the first from it instead would make all that it ever held
 * old for V8 (decision 026).
 */
export function split<Key, Value>(
  map: Map<Key, Value>,
  most: number,
): readonly [first: Map<Key, Value>, others: Map<Key, Value>] {
  if (map.size <= most) return [map, new Map()];
  const entries = [...map];
  return [new Map(entries.slice(0, most)), new Map(entries.slice(most))];
}
