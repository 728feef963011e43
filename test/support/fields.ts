import type { Schema } from './contract.js'

/** A place in a body, with its schema. */
export interface Field {
  readonly path: ReadonlyArray<string | number>
  readonly schema: Schema
}

/** All places of a schema, the whole first. */
export function fieldsOf (schema: Schema, path: Field['path'] = []): Field[] {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => fieldsOf(child, [...path, name]))
  return [{ path, schema }, ...properties, ...(schema.items === undefined ? [] : fieldsOf(schema.items, [...path, 0]))]
}

export function valueAt (value: unknown, path: Field['path']): unknown {
  return path.reduce((inner: unknown, name) => (inner as Record<string | number, unknown> | undefined)?.[name], value)
}

/** The body with another value in this place; `undefined` removes it. */
export function replaced (body: unknown, [name, ...rest]: Field['path'], value: unknown): unknown {
  if (name === undefined) return value
  const copy = structuredClone(body) as Record<string | number, unknown>
  copy[name] = replaced(copy[name], rest, value)
  return copy
}
