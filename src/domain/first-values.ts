/** The entity without the fields that have their first value. */
export function withoutFirst<T extends object> (entity: T, first: Partial<T>): T {
  const rest = { ...entity }
  for (const name in first) {
    const value = rest[name]
    if (value === first[name] || (Array.isArray(value) && value.length === 0)) Reflect.deleteProperty(rest, name)
  }
  return rest
}
