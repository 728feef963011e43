import fc from 'fast-check'
import { fieldsOf, replaced, valueAt } from '../support/fields.js'
import { Known } from './known.js'
import type { Parameter } from '../support/contract.js'
import { OWN_CALLERS, type Caller, type FuzzOperation } from './operations.js'
import { rightValue } from './right.js'
import { CONTRARY, SITUATIONS } from './situations.js'
import { wrongTexts, wrongValues, type Wrong } from './wrong.js'

export interface FuzzRequest {
  /** `right`: has to be accepted. `wrong`: breaks one rule of the document. `stranger`: right, from a caller who may not. `odd`: right, with headers that have no meaning. */
  readonly kind: 'right' | 'wrong' | 'stranger' | 'odd'
  readonly operation: FuzzOperation
  readonly caller: Caller
  /** The broken rule, and its place. */
  readonly rule: string
  readonly parameters: ReadonlyMap<Parameter, unknown>
  readonly more: Readonly<Record<string, string>>
  readonly body: unknown
  /** Sent unchanged in place of the body. */
  readonly payload?: string
}

const KNOWN = ['messageId', 'paymentId', 'shipmentId', 'streamerId', 'roomId', 'channelId', 'sessionId', 'userId', 'eventId', 'notificationId', 'keyId', 'token', 'cursor']
/** What the service made, and a random value is not. */
const OPAQUE = ['cursor', 'after', 'ticket']
const STRANGERS: readonly Caller[] = ['nobody', 'ayse']
const TOO_LARGE = 70_000

/** A request of any kind, or a right one. */
export function fuzzRequest (operation: FuzzOperation, kind?: 'right'): fc.Arbitrary<FuzzRequest> {
  const right = rightRequest(operation)
  if (kind === 'right') return right
  const strangers = operation.id in OWN_CALLERS ? STRANGERS.slice(0, 1) : STRANGERS
  const strange = operation.isProtected ? fc.tuple(right, fc.constantFrom(...strangers)).map(([request, caller]): FuzzRequest => ({ ...request, kind: 'stranger', caller })) : right
  return fc.oneof(
    { weight: 8, arbitrary: right },
    { weight: 9, arbitrary: fc.tuple(right, fc.nat(), fc.nat()).map(([request, place, value]) => spoilt(request, place, value)) },
    { weight: 2, arbitrary: strange },
    { weight: 1, arbitrary: fc.tuple(right, oddHeaders()).map(([request, more]): FuzzRequest => ({ ...request, kind: 'odd', more })) }
  )
}

function rightRequest (operation: FuzzOperation): fc.Arbitrary<FuzzRequest> {
  const parameters = fc.tuple(...operation.parameters.map((parameter) => rightParameter(parameter)))
  const body = SITUATIONS[operation.id] ?? (operation.body === null ? fc.constant(undefined) : rightValue(operation.body))
  return fc.tuple(fc.constantFrom(...operation.callers), parameters, body).map(([caller, values, content]) => {
    const contrary = CONTRARY[operation.id]?.(Object.fromEntries(values.map(([{ name }, value]) => [name, value])), content)
    return {
      kind: 'right', operation, caller, rule: '', more: {}, body: content,
      parameters: new Map(values.filter(([{ name }, value]) => value !== undefined && name !== contrary)),
    }
  })
}

function rightParameter (parameter: Parameter): fc.Arbitrary<[Parameter, unknown]> {
  const { name, schema, required = false } = parameter
  const written = OPAQUE.includes(name) ? fc.constant(undefined) : rightValue(schema, name)
  // Clients resolve a path segment of dots alone.
  const usable = parameter.in === 'path' ? written.filter((text) => !/^\.*$/.test(String(text))) : written
  const value = KNOWN.includes(name) ? fc.oneof({ weight: 3, arbitrary: fc.nat(40).map((nth) => new Known(nth)) }, { weight: 1, arbitrary: usable }) : usable
  return fc.tuple(fc.constant(parameter), required ? value : fc.option(value, { nil: undefined }))
}

interface Place {
  readonly where: string
  readonly wrongs: readonly Wrong[]
  readonly put: (value: unknown) => Partial<FuzzRequest>
}

/** The request with one broken rule in one place. */
function spoilt (request: FuzzRequest, atPlace: number, atValue: number): FuzzRequest {
  const places = placesOf(request).filter(({ wrongs }) => wrongs.length > 0)
  const place = places[atPlace % places.length]
  const wrong = place?.wrongs[atValue % place.wrongs.length]
  if (place === undefined || wrong === undefined) return request
  return { ...request, kind: 'wrong', rule: `${place.where} breaks ${wrong.rule}`, ...place.put(wrong.value) }
}

function placesOf ({ operation, parameters, body }: FuzzRequest): Place[] {
  const ofParameters = operation.parameters.map((parameter): Place => ({
    where: `${parameter.in} ${parameter.name}`,
    wrongs: [
      ...wrongTexts(parameter.schema).filter(({ value }) => isSendable(parameter, String(value))),
      ...(parameter.in === 'query' ? [{ rule: 'appearing once', value: ['1', '2'] }] : []),
      ...(parameter.required === true && parameter.in !== 'path' ? [{ rule: 'required', value: undefined }] : []),
    ],
    put: (value) => ({ parameters: new Map(parameters).set(parameter, value) }),
  }))
  if (operation.body === null) return ofParameters
  const fields = operation.isSigned ? [] : fieldsOf(operation.body).filter(({ path }) => valueAt(body, path) !== undefined)
  const ofFields = fields.map(({ path, schema }): Place => ({
    where: `/${path.join('/')}`,
    wrongs: wrongValues(schema, valueAt(body, path)),
    put: (value) => ({ body: replaced(body, path, value) }),
  }))
  return [...ofParameters, ...ofFields, ofPayload(body)]
}

function isSendable ({ in: where }: Parameter, text: string): boolean {
  if (where === 'path') return !/^\.*$/.test(text) && text.length < 2000
  return where !== 'header' || /^[\x20-\x7e]*$/.test(text)
}

function ofPayload (body: unknown): Place {
  const text = JSON.stringify(body ?? {})
  const payloads = { 'being JSON': text.slice(0, -1), 'being JSON once': `${text}${text}`, 'being JSON at all': 'a=1&b=2', 'its size': JSON.stringify({ a: 'x'.repeat(TOO_LARGE) }) }
  return {
    where: 'the body',
    wrongs: [
      ...Object.entries(payloads).map(([rule, value]) => ({ rule, value: { payload: value } })),
      ...['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'].map((type) => ({ rule: 'its type', value: { payload: text, more: { 'content-type': type } } })),
    ],
    put: (value) => value as Partial<FuzzRequest>,
  }
}

/** Headers that proxies and tools send. None of them may make a difference. */
function oddHeaders (): fc.Arbitrary<Record<string, string>> {
  const name = fc.constantFrom('x-forwarded-for', 'x-request-id', 'accept', 'accept-language', 'origin', 'user-agent', 'cookie', 'x-http-method-override', 'range', 'if-none-match', 'traceparent', 'x-original-url')
  const value = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).filter((text) => /^[\x20-\x7e]*$/.test(text))
  return fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 })
}
