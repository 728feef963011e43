import { setTimeout } from 'node:timers/promises'
import type { Stores } from '#application/ports/stores.js'
import { pages } from '../contracts/fixtures.js'
import type { StripeServer } from '../support/stripe-server.js'
import type { Traffic } from './traffic.js'

/** Who was killed while he charged keeps others from it for a minute. */
const OPEN_MAX_MS = 90_000
const POLL_MS = 1000

/** Has payers try again until all have been confirmed. Answers how many are not, in more time than a killed process keeps others away. */
export async function repeatUnpaid (traffics: readonly Traffic[]): Promise<number> {
  const end = performance.now() + OPEN_MAX_MS
  for (;;) {
    const unpaid = await Promise.all(traffics.map(async (traffic) => await traffic.repeatUnpaid()))
    const left = unpaid.reduce((sum, count) => sum + count, 0)
    if (left === 0 || performance.now() > end) return left
    await setTimeout(POLL_MS)
  }
}

/** Payments of which the provider has other money than is on record: charged and not captured, captured and not charged, or twice. */
export async function chargesApart (stores: Stores, persons: ReadonlySet<string>, { intents }: StripeServer): Promise<string[]> {
  const captured = new Map((await paymentsOf(stores, persons)).map(({ paymentId, capturedAmount }) => [paymentId, capturedAmount]))
  const charged = new Map<string, number>()
  for (const { metadata, amount_received: received } of intents.values()) {
    const { paymentId } = metadata as { paymentId: string }
    charged.set(paymentId, (charged.get(paymentId) ?? 0) + Number(received))
  }
  return [...new Set([...captured.keys(), ...charged.keys()])].filter((paymentId) => (captured.get(paymentId) ?? 0) !== (charged.get(paymentId) ?? 0))
}

async function paymentsOf (stores: Stores, persons: ReadonlySet<string>) {
  const each = await Promise.all([...persons].map(async (person) => await pages(async (page) => await stores.payments.listOfUser(person, null, page), 100)))
  return each.flat(2)
}
