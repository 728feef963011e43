import { Type, type Static, type TSchema } from '@sinclair/typebox'
import type { JsonObject } from '#domain/json.js'
import { PROBLEMS, type ProblemCode } from './problem.js'

/** A schema of the shared list, by name: it stands once in the OpenAPI document. */
export function ref<T extends TSchema> (schema: T) {
  return Type.Unsafe<Static<T>>({ $ref: `${String(schema.$id)}#` })
}

/** As a list of types: a union of schemas would cost a validation with every value that is sent. */
export function nullable<T extends TSchema> (schema: T) {
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [schema['type'], 'null'] })
}

/** One of these texts. */
export function oneOf<const T extends string> (values: readonly T[]) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values] })
}

/** No '#', which joins ids to keys; everything that common identity providers put into `sub` is in. */
export const USER_ID_PATTERN = '^[A-Za-z0-9._:@|+=-]{1,128}$'
export const UserId = Type.String({ pattern: USER_ID_PATTERN, description: 'Id of a user: `sub` of his tokens' })
export const EntityId = Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,128}$' })
export const Timestamp = Type.String({ format: 'date-time', description: 'ISO 8601, UTC, milliseconds' })
export const Metadata = Type.Unsafe<JsonObject>({
  type: 'object',
  additionalProperties: true,
  description: 'Kept and sent back as it is; at most 8 KiB of JSON and 5 levels',
})

/** Queries are text and stay text: nothing is coerced. */
export const Limit = Type.String({ pattern: '^([1-9][0-9]?|100)$', description: 'Items a page, 1 to 100; 20 without it' })
export const Cursor = Type.String({ minLength: 1, maxLength: 1024, description: '`nextCursor` of the page before' })
export const NextCursor = nullable(Type.String({ description: 'Continues the list; null at its end' }))

export const Stale = Type.Optional(Type.Boolean({ description: 'True where the store is away and this is what is known without it' }))

export const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.String({
    minLength: 1,
    maxLength: 512,
    description: 'The same for each repeat of one request (draft-ietf-httpapi-idempotency-key-header), bare or quoted, at most 255 characters',
  }),
})

export function pageQuery<T extends Record<string, TSchema>> (filters: T) {
  return Type.Object({ ...filters, limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }, { additionalProperties: false })
}

const CODES = Object.keys(PROBLEMS) as ProblemCode[]

/** One schema for every problem, because a response schema drops what it does not declare. */
export function problemSchema<T extends TSchema> (payment: T) {
  return Type.Object({
    type: Type.String({ description: '`urn:basvideo:problem:<code>`' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String(),
    instance: Type.String({ description: '`urn:basvideo:request:<x-request-id>`' }),
    code: oneOf(CODES),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
    declineCode: Type.Optional(Type.String({ description: 'Why the provider declined' })),
    payment: Type.Optional(payment),
  }, {
    $id: 'Problem',
    description: 'RFC 9457 problem details',
    examples: [{
      type: 'urn:basvideo:problem:validation_failed',
      title: 'The request is not as documented',
      status: 400,
      detail: '/body/amount must be integer',
      instance: 'urn:basvideo:request:0b0f0c6e-6d5c-4b52-9e0f-6b5a4f0f3f55',
      code: 'validation_failed',
      errors: [{ pointer: '/body/amount', detail: 'must be integer' }],
    }],
  })
}
