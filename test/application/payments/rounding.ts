import { memoryStores } from '#adapters/memory/stores.js'
import { makeDailyRound } from '#application/payments/daily-round.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import type { Payment } from '#domain/payments/payment.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, countingIdentity, settableClock } from '../../support/builders.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { found, success } from '../../support/world.js'
import { DAY_MS } from './completing.js'

export const running = new AbortController().signal
export const GIVEN_BACK = found(success(), { kind: 'refund', refundId: null, reference: 'p-1', status: 'succeeded', amount: 10_000 })

/** Stores with payments of the present and the past, one provider, and processes that make the round. */
export function roundsWorld ({ perMinute = 60, gateway = new ScriptedGateway(), through = (payments: PaymentStore) => payments } = {}) {
  const stores = memoryStores()
  const time = settableClock()
  const identity = countingIdentity()
  const left: number[] = []
  const undone: Array<readonly [string, number]> = []
  const failed: string[] = []
  const gateways = [gateway as PaymentGateway] as const
  const node = (payments = through(stores.payments)) => makeDailyRound({
    rounds: stores.rounds,
    payments,
    gateways,
    identity,
    clock: time.clock,
    abandonMs: DAY_MS,
    perMinute,
    roundObserver: { left: (count) => left.push(count), undone: (day, count) => undone.push([day, count]), failed: (paymentId) => failed.push(paymentId) },
  })
  return {
    ...stores,
    gateway,
    time,
    left,
    undone,
    failed,
    node,
    put: async (paymentId: string, daysAgo: number, overrides: Partial<Payment> = {}) => {
      const createdAt = laterBy(time.clock(), -daysAgo * DAY_MS)
      await stores.payments.insert({ payment: aCapturedPayment({ paymentId, createdAt, updatedAt: createdAt, ...overrides, orderId: `order of ${paymentId}` }), events: [] })
    },
    asked: () => gateway.lookups.map(({ paymentId }) => paymentId),
  }
}

export async function toEnd (dailyRound: (signal: AbortSignal) => Promise<boolean>): Promise<void> {
  while (await dailyRound(running));
}
