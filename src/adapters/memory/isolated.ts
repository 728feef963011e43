/**
 * A copy that nobody can change: what a caller does to the object he handed in, or tries on the one he got,
 * never reaches the store, and a read needs no copy of its own.
 */
export function isolated<T> (value: T): T {
  return deepFreeze(structuredClone(value))
}

function deepFreeze<T> (value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze)
    Object.freeze(value)
  }
  return value
}
