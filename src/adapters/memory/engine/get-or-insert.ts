/** The value under the key, made and put there if there is none: `Map.prototype.getOrInsertComputed` of ES2026. */
export function getOrInsert<K, V> (map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
