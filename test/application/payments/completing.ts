import type { Payment } from '#domain/payments/payment.js'
import type { ChargeFact, PaymentFact } from '#domain/payments/payment-fact.js'
import { unknown, world } from '../../support/world.js'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
export const WAITS_MS = [5 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS]

export const action: ChargeFact = { kind: 'requires_action', reference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example/3ds' } }
export const refundFact = (refundId: string, status: 'pending' | 'succeeded' | 'failed'): PaymentFact => ({ kind: 'refund', refundId, status })

export type World = ReturnType<typeof world>

export async function waiting (w: World, answer: ChargeFact | typeof unknown = unknown): Promise<string> {
  w.gateway.willCharge(answer)
  return (await w.process()).payment.paymentId
}

export async function stored (w: World, paymentId: string): Promise<Payment> {
  const payment = await w.payments.find(paymentId)
  if (payment === null) throw new Error('the payment is gone')
  return payment
}
