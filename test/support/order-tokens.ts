import { createHmac } from 'node:crypto'
import type { OrderTokens } from '#application/ports/order-tokens.js'
import { DomainError } from '#domain/errors.js'

export const ORDER_SECRET = 'a-secret-of-the-shop-of-the-tests-for-its-orders'

/** An hour from now. */
export const lately = (nowS = Math.floor(Date.now() / 1000)): { iat: number, exp: number } => ({ iat: nowS, exp: nowS + 3600 })

/** The claims of the order that `aPaymentRequest` asks for. */
export const ORDER_CLAIMS = { aud: 'basvideo-orders', orderId: 'order-1', amount: 10_000, currency: 'TRY', sellerId: 'sela' } as const

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT over any claims, as a shop signs it: HS256 unless the header says otherwise. */
export function signOrder (claims: object, secret: string = ORDER_SECRET, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const content = `${part(header)}.${part(claims)}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}

/** A service without a key of a shop. */
export const noOrderTokens: OrderTokens = {
  required: false,
  verify: async () => { throw new DomainError('invalid_order_token', 'no shop has signed it') },
}

/** Tokens that are their claims as JSON, with a signature that is always valid. */
export const plainOrderTokens: OrderTokens = {
  required: true,
  verify: async (token) => JSON.parse(token) as Record<string, unknown>,
}
