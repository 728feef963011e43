import { Type } from '@sinclair/typebox'
import { PROBLEMS, type HttpCode, type ProblemCode } from './problems.js'
import { known } from './schemas.js'

export interface FieldError {
  /** JSON pointer into the part of the request: `/body/amount`. */
  readonly pointer: string
  readonly detail: string
}

/**
 * Whether a problem may name a field: a word, perhaps with a number behind it, or a place in a list. A secret or markup is no word, and
 * problems repeat nothing else that was sent.
 */
export function isShown (key: string): boolean {
  return /^(?:\d{1,4}|[A-Za-z][A-Za-z_-]{0,37}\d{0,2})$/.test(key)
}

/** The body of a refusal by RFC 9457, with our code. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ProblemCode
  readonly errors?: readonly FieldError[]
}

/** A refusal that only HTTP knows. */
export class HttpProblem extends Error {
  readonly code: HttpCode
  readonly retryAfterS: number | undefined

  /** @param detail is shown to the client, and repeats nothing that the client sent */
  constructor (code: HttpCode, detail: string, retryAfterS?: number) {
    super(detail)
    this.code = code
    this.retryAfterS = retryAfterS
  }
}

/** A refusal of one field of a request. */
export class FieldProblem extends Error {
  readonly code: ProblemCode
  readonly field: FieldError

  constructor (code: ProblemCode, field: FieldError) {
    super(`${field.pointer} ${field.detail}`)
    this.code = code
    this.field = field
  }
}

export function problem (code: ProblemCode, detail: string, requestId: string): ProblemBody {
  const { status, title } = PROBLEMS[code]
  return { type: `urn:basvideo:problem:${code}`, title, status, detail, instance: `urn:basvideo:request:${requestId}`, code }
}

const CODES = Object.keys(PROBLEMS) as ProblemCode[]

/** One schema for every problem, with the members that only some have: the serializer drops what a schema does not declare. */
export const Problem = Type.Object({
  type: Type.String({ description: '`urn:basvideo:problem:<code>`' }),
  title: Type.String({ description: 'What happened, the same text for each problem of this code' }),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.String({ description: 'What happened to this request' }),
  instance: Type.String({ description: '`urn:basvideo:request:<x-request-id>`' }),
  code: known(CODES, 'handle one you do not know by its `status`'),
  errors: Type.Optional(Type.Array(Type.Object({
    pointer: Type.String({ description: 'JSON pointer into the request, such as `/body/amount`' }),
    detail: Type.String(),
  }, { title: 'FieldError' }))),
  declineCode: Type.Optional(Type.String({ description: 'Why the provider declined the payment or refused the refund: its code' })),
  payment: Type.Optional(Type.Unsafe<object>({ $ref: 'Payment#' })),
  carrierCode: Type.Optional(Type.String({ description: 'Why the carrier refused the shipment: its code' })),
  shipment: Type.Optional(Type.Unsafe<object>({ $ref: 'Shipment#' })),
}, {
  $id: 'Problem',
  description: 'RFC 9457 problem details',
  examples: [{
    type: 'urn:basvideo:problem:validation_failed',
    title: PROBLEMS.validation_failed.title,
    status: 400,
    detail: '/body/amount must be a whole number from 1 to 99,999,999,999: minor units, such as kuruş, cents or fils; /body/orderId is missing',
    instance: 'urn:basvideo:request:0b0f0c6e-6d5c-4b52-9e0f-6b5a4f0f3f55',
    code: 'validation_failed',
    errors: [
      { pointer: '/body/amount', detail: 'must be a whole number from 1 to 99,999,999,999: minor units, such as kuruş, cents or fils' },
      { pointer: '/body/orderId', detail: 'is missing' },
    ],
  }],
})
