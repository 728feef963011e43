import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Fields, signedAmount, textOf } from './fields.js'
import { NoAnswer } from '#adapters/exchange/http.js'

/** The fields that the signature of an answer covers, in order. iyzico does not sign reports. */
const SIGNED = {
  initialize: ['conversationId', 'token'],
  formDetail: ['paymentStatus', 'paymentId', 'currency', 'basketId', 'conversationId', 'paidPrice', 'price', 'token'],
  paymentDetail: ['paymentId', 'currency', 'basketId', 'conversationId', 'paidPrice', 'price'],
  refund: ['paymentId', 'price', 'currency', 'conversationId'],
} as const
export type SignedAnswer = keyof typeof SIGNED

const AMOUNTS: ReadonlySet<string> = new Set(['paidPrice', 'price'])

export function hmacHex (secretKey: string, text: string): string {
  return createHmac('sha256', secretKey).update(text).digest('hex')
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameHex (given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given.toLowerCase()), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

export interface Credentials {
  readonly apiKey: string
  readonly secretKey: string
}

/** The `Authorization` header of a request (IYZWSv2). It covers the path without its query, and the body as sent. */
export function authorization ({ apiKey, secretKey }: Credentials, randomKey: string, path: string, body: string): string {
  const signature = hmacHex(secretKey, `${randomKey}${path}${body}`)
  return `IYZWSv2 ${Buffer.from(`apiKey:${apiKey}&randomKey:${randomKey}&signature:${signature}`).toString('base64')}`
}

/** @throws NoAnswer unless the answer is signed with our secret key */
export function checkSigned (answer: Fields, kind: SignedAnswer, secretKey: string): void {
  const signed = SIGNED[kind].map((name) => AMOUNTS.has(name) ? signedAmount(textOf(answer, name)) : textOf(answer, name)).join(':')
  if (!sameHex(textOf(answer, 'signature'), hmacHex(secretKey, signed))) throw new NoAnswer('the signature of the answer of iyzico is wrong')
}
