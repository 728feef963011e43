export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = Readonly<Record<string, Json>>

/** Levels of nesting: a scalar has 0, `{}` 1, `{"a": []}` 2. Stops counting just past `limit`. */
export function depthOf (value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (limit <= 0) return 1
  let deepest = 0
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child, limit - 1))
  return deepest + 1
}

/** Bytes of the value as UTF-8 JSON. */
export function jsonBytes (value: Json): number {
  return new TextEncoder().encode(JSON.stringify(value)).length
}
