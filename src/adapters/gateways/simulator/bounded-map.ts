export interface BoundedMap<Value> {
  get: (key: string) => Value | undefined
  set: (key: string, value: Value) => void
}

/**
 * A map that holds at most `entriesMax` entries, and at least the newer half of that many.
 * Its oldest half is dropped at once, because finding the one oldest key of a large Map becomes slow once many were deleted.
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
