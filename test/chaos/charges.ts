import { setTimeout } from 'node:timers/promises'
import type { Persistence } from '../../src/application/ports/persistence.js'
import type { Payment } from '../../src/domain/payment.js'
import { pages } from '../contracts/fixtures.js'
import { adminToken } from '../support/service.js'
import type { StripeServer } from '../support/stripe-server.js'

/** Who was killed while he asked the provider keeps others from asking for a minute. */
const OPEN_MAX_MS = 90_000
const POLL_MS = 1000

/** Asks for all that is not final, as an operator does, and answers what stays open for longer than a killed process keeps others away. */
export async function settleOpen (stores: Persistence, persons: ReadonlySet<string>, url: string): Promise<Payment[]> {
  const end = performance.now() + OPEN_MAX_MS
  for (;;) {
    const open = (await paymentsOf(stores, persons)).filter(({ status }) => status === 'pending')
    if (open.length === 0 || performance.now() > end) return open
    for (const { paymentId } of open) await fetch(`${url}/api/admin/payments/${paymentId}/reconcile`, { method: 'POST', headers: adminToken })
    await setTimeout(POLL_MS)
  }
}

/** Payments of which the provider has other money than is on record: charged and not captured, captured and not charged, or twice. */
export async function chargesApart (stores: Persistence, persons: ReadonlySet<string>, { intents }: StripeServer): Promise<string[]> {
  const captured = new Map((await paymentsOf(stores, persons)).map(({ paymentId, capturedAmount }) => [paymentId, capturedAmount]))
  const charged = new Map<string, number>()
  for (const { metadata, amount_received: received } of intents.values()) {
    const { paymentId } = metadata as { paymentId: string }
    charged.set(paymentId, (charged.get(paymentId) ?? 0) + Number(received))
  }
  return [...new Set([...captured.keys(), ...charged.keys()])].filter((paymentId) => (captured.get(paymentId) ?? 0) !== (charged.get(paymentId) ?? 0))
}

async function paymentsOf (stores: Persistence, persons: ReadonlySet<string>): Promise<Payment[]> {
  const each = await Promise.all([...persons].map(async (person) => await pages(async (page) => await stores.payments.listOfUser(person, null, page), 100)))
  return each.flat(2)
}
