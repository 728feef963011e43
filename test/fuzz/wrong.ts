import type { Schema } from '../support/contract.js'

/** A value that a schema forbids, and the rule that it breaks. */
export interface Wrong {
  readonly rule: string
  readonly value: unknown
}

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  email: ['nobody', 'a@b@c', '@example.com', 'a b@example.com'],
  uri: ['no address', '//shop.example/back', '\\\\shop.example'],
  phone: ['123', 'x', '+1'],
  date: ['2026-13-01', '2026-02-30', '26-1-1'],
}
const ODD_TEXTS = ['', ' ', '\u0000', 'a\u0000b', 'ü'.repeat(3), '😀', 'a\r\nb', '\u202ea', '%00', '<x>', 'x'.repeat(3000), '-1', '0', '1e3', '9'.repeat(20)]
const OF_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}
const OF_ALL_TYPES = ['x', '1', 7, 1.5, true, false, null, [], ['x'], {}, { a: 1 }]

/** Values that the schema forbids in the place of the value `right`. */
export function wrongValues (schema: Schema, right: unknown): Wrong[] {
  const types = [schema.type ?? 'object'].flat()
  const ofOtherType = OF_ALL_TYPES.filter((value) => !types.some((type) => OF_TYPE[type]?.(value)))
  return [
    ...ofOtherType.map((value) => ({ rule: 'type', value })),
    ...(typeof right === 'string' ? wrongTexts(schema) : []),
    ...(typeof right === 'number' ? wrongNumbers(schema) : []),
    ...(Array.isArray(right) ? wrongLists(schema, right) : []),
    ...(OF_TYPE['object']?.(right) === true ? wrongObjects(schema, right as Record<string, unknown>) : []),
  ]
}

/** Texts of a parameter that are not the number or the truth value which it has to be. */
function wrongWritten ({ type, minimum = 0, maximum = 0 }: Schema): Wrong[] {
  if (type === 'boolean') return ['1', 'yes', 'TRUE', ''].map((value) => ({ rule: 'type', value }))
  return [...['x', '1.5', '01', '+1', '1e1', ' 1', ''].map((value) => ({ rule: 'type', value })), { rule: 'minimum', value: String(minimum - 1) }, { rule: 'maximum', value: String(maximum + 1) }]
}

export function wrongTexts (schema: Schema): Wrong[] {
  if (schema.type === 'integer' || schema.type === 'boolean') return wrongWritten(schema)
  const { enum: allowed, pattern, format, minLength = 0, maxLength } = schema
  const expression = pattern === undefined ? null : new RegExp(pattern, 'u')
  return [
    ...(minLength > 0 ? [{ rule: 'minLength', value: '' }] : []),
    ...(maxLength === undefined ? [] : [{ rule: 'maxLength', value: 'x'.repeat(maxLength + 1) }]),
    ...(allowed === undefined ? [] : ['none of them', `${String(allowed[0])} `, String(allowed[0]).toUpperCase()].map((value) => ({ rule: 'enum', value }))),
    ...(expression === null ? [] : ODD_TEXTS.filter((text) => !expression.test(text)).map((value) => ({ rule: 'pattern', value }))),
    ...(FORMATS[format ?? ''] ?? []).map((value) => ({ rule: 'format', value })),
  ]
}

function wrongNumbers ({ minimum, maximum }: Schema): Wrong[] {
  return [
    ...(minimum === undefined ? [] : [minimum - 1, -1e300].map((value) => ({ rule: 'minimum', value }))),
    ...(maximum === undefined ? [] : [maximum + 1, 1e300].map((value) => ({ rule: 'maximum', value }))),
  ]
}

function wrongLists ({ minItems = 0, maxItems }: Schema, right: readonly unknown[]): Wrong[] {
  return [
    ...(minItems > 0 ? [{ rule: 'minItems', value: [] }] : []),
    ...(maxItems === undefined || right.length === 0 ? [] : [{ rule: 'maxItems', value: Array(maxItems + 1).fill(right[0]) }]),
  ]
}

function wrongObjects ({ additionalProperties, required = [], minProperties = 0 }: Schema, right: Record<string, unknown>): Wrong[] {
  const unknown = ['unknown', '__proto__', 'constructor', 'isAdmin', 'refundedAmount', 'userId'].map((name) => ({ rule: 'additionalProperties', value: { ...right, [name]: 'x' } }))
  return [
    ...(additionalProperties === false ? unknown : []),
    ...required.map((name) => ({ rule: 'required', value: Object.fromEntries(Object.entries(right).filter(([key]) => key !== name)) })),
    ...(minProperties > 0 ? [{ rule: 'minProperties', value: {} }] : []),
  ]
}
