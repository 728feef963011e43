export interface BoundedMap<Value> {
  get: (key: string) => Value | undefined
  set: (key: string, value: Value) => void
}

/**
 * A map of at most `entriesMax` entries, and at least the newer half of them. It drops its older half at once, because finding the
 * oldest key of a large Map becomes slow after many deletes.
 */
export function makeBoundedMap<Value> (entriesMax: number): BoundedMap<Value> {
  let older = new Map<string, Value>()
  let newer = new Map<string, Value>()
  return {
    get: (key) => newer.get(key) ?? older.get(key),
    set (key, value) {
      if (newer.size >= entriesMax / 2) {
        older = newer
        newer = new Map()
      }
      newer.set(key, value)
    },
  }
}
