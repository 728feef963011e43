/** The entity without the fields that have their first value. It is built up, because an object that loses fields is slow ever after. */
export function withoutFirst<T extends object> (entity: T, first: Partial<T>): T {
  const rest: Record<string, unknown> = {}
  const firsts: Readonly<Record<string, unknown>> = first
  for (const [name, value] of Object.entries(entity)) {
    if (!(name in firsts) || !(value === firsts[name] || (Array.isArray(value) && value.length === 0))) rest[name] = value
  }
  return rest as T
}
