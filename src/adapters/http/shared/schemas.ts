import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { USER_ID_PATTERN } from '#domain/accounts/user.js'
import type { JsonObject } from '#domain/json.js'

/** A reference to a named schema: the OpenAPI document holds the schema once, under its `$id`. */
export function ref<T extends TSchema> (schema: T) {
  return Type.Unsafe<Static<T>>({ $ref: `${String(schema.$id)}#` })
}

/** The schemas with an `$id` among the exports of a module. */
export function namedSchemas (module: object): TSchema[] {
  return Object.values(module).filter((value: unknown): value is TSchema => typeof value === 'object' && value !== null && '$id' in value)
}

/** A list of types instead of a union: to serialise a union, every value would be validated first. */
export function nullable<T extends TSchema> (schema: T) {
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [schema['type'], 'null'] })
}

/** The member of a schema that holds the other one which the OpenAPI document shows in its place. */
export const SHOWN_AS = 'x-shown-as'

/** A schema by which the service reads and writes a value, and the one that tells clients what the value means. */
export function shownAs<T extends TSchema> (schema: T, shown: TSchema) {
  return Type.Unsafe<Static<T>>({ ...schema, [SHOWN_AS]: shown })
}

/** One of these values, and no other. For requests, and for answers that repeat what was asked for. */
export function oneOf<const T extends string> (values: readonly T[]) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values] })
}

/**
 * One of these values, or one that a newer version of the service wrote. For answers: the serializer passes an unknown value on.
 * `onUnknown` tells clients what to do with it; `about` comes first in the description.
 */
export function known<const T extends string> (values: readonly T[], onUnknown: string, about = '') {
  const names = values.map((value) => `\`${value}\``).join(', ')
  const description = `${about === '' ? '' : `${about}. `}Known values: ${names}. More may be added: ${onUnknown}.`
  return Type.Unsafe<T>({ type: 'string', 'x-extensible-enum': [...values], description })
}

/** For objects of requests: an unknown field is refused. */
export const strict = { additionalProperties: false } as const

export const UserId = Type.String({ pattern: USER_ID_PATTERN, description: 'The id of a user, `sub` of their tokens: 1 to 128 letters of A to Z, digits and . _ : @ | + = -' })
export const Email = Type.String({ format: 'email', maxLength: 254, description: 'An e-mail address of at most 254 characters' })
export const EntityId = Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,128}$', description: 'An id: 1 to 128 letters of A to Z, digits and _ . : -' })
export const ProviderName = Type.String({ pattern: '^[a-z]{1,32}$', description: 'The name of a payment provider: 1 to 32 small letters' })
export const Timestamp = Type.String({ format: 'date-time', description: 'ISO 8601 in UTC, with milliseconds' })
/** Whether there is a zone of this name, `calendarOf` knows. */
export function timeZone (description: string) {
  return Type.String({ pattern: '^[A-Za-z0-9_+/-]{1,64}$', description, examples: ['Europe/Istanbul'] })
}
export const Metadata = Type.Unsafe<JsonObject>({
  type: 'object',
  additionalProperties: true,
  description: 'Any JSON object of at most 8 KiB and 5 levels. It is stored and returned unchanged',
})

export const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.String({
    minLength: 1,
    maxLength: 512,
    description: 'The same for each repeat of one request, bare or as a quoted string, at most 255 characters (draft-ietf-httpapi-idempotency-key-header)',
  }),
})

/** The answer of a request after which there is nothing to show. */
export const Done = Type.Object({ ok: Type.Literal(true) }, { $id: 'Done', examples: [{ ok: true }] })
export const DONE = { ok: true } as const
/** The answer of a deletion. */
export const ERASING = { ...ref(Done), description: 'Accepted. Nothing signs in any more; what is stored elsewhere is cleared soon' }

/** The answer of a route with an ETag to a client that has sent it. */
export const UNCHANGED = { type: 'null', description: 'The same as in the answer whose `ETag` was sent as `If-None-Match`' } as const
