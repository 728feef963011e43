/** How both peers read a webhook: its signature (https://www.standardwebhooks.com) by `node:crypto`, then its schema. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Type, type Static } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { SIMULATOR_SECRET } from '../server-process.js'

const TOLERANCE_S = 300
const key = Buffer.from(SIMULATOR_SECRET.slice('whsec_'.length), 'base64')
const ProviderEvent = Type.Object({
  type: Type.Literal('payment.succeeded'),
  timestamp: Type.String(),
  data: Type.Object({ paymentId: Type.String(), reference: Type.String(), amount: Type.Integer({ minimum: 0 }), currency: Type.String() }),
})
const schema = TypeCompiler.Compile(ProviderEvent)

export interface SignedWebhook {
  readonly eventId: string
  readonly event: Static<typeof ProviderEvent>
  /** SHA-256 of the signed bytes, in hex. */
  readonly digest: string
}

/** Null without a recent signature over exactly these bytes, or with another content. */
export function readSigned (headers: IncomingHttpHeaders, body: Buffer): SignedWebhook | null {
  const headerOf = (name: string): string => String(headers[name] ?? '')
  const [eventId, timestampS, given] = [headerOf('webhook-id'), headerOf('webhook-timestamp'), headerOf('webhook-signature')]
  // A number that is none is not recent.
  if (!(Math.abs(Date.now() / 1000 - Number(timestampS)) <= TOLERANCE_S)) return null
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(`${eventId}.${timestampS}.`).update(body).digest('base64')}`)
  const isSigned = given.split(' ').map((one) => Buffer.from(one)).some((one) => one.length === expected.length && timingSafeEqual(one, expected))
  if (!isSigned) return null
  const event: unknown = JSON.parse(body.toString())
  return schema.Check(event) ? { eventId, event, digest: createHash('sha256').update(body).digest('hex') } : null
}
