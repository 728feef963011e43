import { memoryStores } from '#adapters/memory/stores.js'
import type { AttemptStore } from '#application/ports/account-stores.js'
import { makeDeclineBrake, tryOutcomeOf, type Payer } from '#application/payments/decline-brake.js'
import type { Payment } from '#domain/payments/payment.js'
import { aCapturedPayment, aPayment, settableClock } from './builders.js'

export const declined = aPayment({ status: 'failed', failure: { code: 'declined', message: 'no' } })
export const made = aCapturedPayment()

/** A brake with a settable clock. Tries have ids of their own unless a test gives them one. */
export function brake (localAttempts: AttemptStore = memoryStores().attempts) {
  const time = settableClock()
  const { begin, learn: learnOutcome, end } = makeDeclineBrake({ localAttempts, clock: time.clock })
  const learn = async (payer: Payer, payment: Payment): Promise<void> => {
    const outcome = tryOutcomeOf(payment)
    if (outcome !== null) await learnOutcome(payer, outcome)
  }
  let tries = 0
  return {
    time,
    learn,
    begin: async (payer: Payer, id = `pay_${++tries}`) => {
      const refusal = await begin(payer, id)
      return { refusal, end: async (payment: Payment) => { await learn(payer, payment); end(payer, id) } }
    },
    refusal: async (payer: Payer) => {
      const id = `pay_${++tries}`
      const refusal = await begin(payer, id)
      if (refusal === null) end(payer, id)
      return refusal
    },
  }
}
