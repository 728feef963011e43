/** Entries that are compared. */
const SAMPLE = 16

/**
 * Makes room in a map: of its first entries, drops the one of the lowest rank. The others move to the end, so that the next call
 * compares others.
 */
export function dropLeast<K, V> (map: Map<K, V>, rankOf: (value: V) => number): void {
  const first = map.entries().take(SAMPLE).toArray().toSorted(([, one], [, other]) => rankOf(one) - rankOf(other))
  for (const [key] of first) map.delete(key)
  for (const [key, value] of first.slice(1)) map.set(key, value)
}
