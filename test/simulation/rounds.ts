import { isTaken } from '#domain/payments/payment.js'
import { isWorthAsking, roundParts, type Round } from '#domain/payments/round.js'
import { HOUR_MS } from '#domain/time.js'
import type { RoundStore } from '#application/ports/round-store.js'
import type { Stores } from '#application/ports/stores.js'
import { momentOf, violate, type Context } from './context.js'
import { SKEW_MS } from './watch.js'

/** What a round has to ask about: payments whose money was taken when it began. */
interface Begun {
  readonly at: number
  readonly paymentIds: readonly string[]
}

/** The store of rounds, with a look at who makes a round, and at what it has done in the end. */
export function watchedRounds ({ rounds, payments }: Pick<Stores, 'rounds' | 'payments'>, context: () => Context): RoundStore {
  const begun = new Map<string, Begun>()

  async function begin (day: string): Promise<Begun> {
    // What is asked about today for the last time may be out of it before its turn, as may what ends without money.
    const soon = momentOf(context(), HOUR_MS)
    const found = await Promise.all(roundParts(day).map(async ({ from, to }) =>
      await payments.list({ status: null, provider: null, userId: null, sellerId: null, flag: null, from, to }, { before: null, limit: 1000 })))
    return { at: context().scheduler.now, paymentIds: found.flatMap(({ items }) => items).filter((payment) => isTaken(payment) && isWorthAsking(payment, soon)).map(({ paymentId }) => paymentId) }
  }

  return {
    find: async (day) => await rounds.find(day),
    claim: async (day, claim) => {
      if (!begun.has(day)) begun.set(day, await begin(day))
      const before = await rounds.find(day)
      const round = await rounds.claim(day, claim)
      if (before !== null) checkOwner(context(), before, round)
      return round
    },
    save: async (round) => {
      const before = await rounds.find(round.day)
      const isSaved = await rounds.save(round)
      if (!isSaved || before === null) return isSaved
      if (before.done && !round.done) violate(context(), 'what is final stays as it is', `the round of ${round.day} is done`)
      if (round.done && !before.done) checkAsked(context(), round, begun.get(round.day))
      return isSaved
    },
  }
}

/** One process makes the round of a day. */
function checkOwner (context: Context, before: Round, after: Round): void {
  if (before.owner === after.owner || before.until <= momentOf(context, SKEW_MS)) return
  violate(context, 'a lease in force is left to its owner', `the round of ${before.day}: ${before.owner} until ${before.until}`)
}

function checkAsked (context: Context, { day, left }: Round, begun: Begun | undefined): void {
  const missing = begun?.paymentIds.filter((paymentId) => (context.ledger.asked.get(paymentId) ?? -1) < begun.at) ?? []
  if (missing.length > left) violate(context, 'the daily round asks about each payment, or counts it as left', `${day}: ${missing.join()}; ${left} are left`)
}
