import { counted, DECLINES_OF_ADDRESS, DECLINES_OF_NETWORK, DECLINES_OF_PAYER, forgiven, refusalOf, roomIn } from '#domain/accounts/attempt.js'
import { neighbourhoodOf, networkOf } from '#domain/network.js'
import { DomainError } from '#domain/errors.js'
import { isCaptured, type Payment } from '#domain/payments/payment.js'
import type { AttemptStore } from '../ports/account-stores.js'
import type { Clock } from '../ports/system.js'
import { TriesUnderWay, type Place } from './tries-under-way.js'

export interface DeclineBrakePorts {
  /** The counts of one process. */
  readonly localAttempts: AttemptStore
  readonly clock: Clock
}

/** Who pays, and from where. */
export interface Payer {
  readonly userId: string
  readonly ip: string
}

/** What becomes of a try: declined, or made. */
export type TryOutcome = 'declined' | 'made'

export interface DeclineBrake {
  /** Begins a try, once there is room for it; `end` follows. Answers why this payer has to wait before a new payment; null if they may pay. */
  readonly begin: (payer: Payer, paymentId: string) => Promise<DomainError | null>
  /** Counts a try that was declined. One that was made takes a decline back, because shared addresses see some of both. */
  readonly learn: (payer: Payer, outcome: TryOutcome) => Promise<void>
  /** Ends a try that was begun, after `learn`. */
  readonly end: (payer: Payer, paymentId: string) => void
}

/** What a try has become; null where that is not known yet. */
export function tryOutcomeOf (payment: Payment): TryOutcome | null {
  return payment.status === 'failed' ? 'declined' : isCaptured(payment) ? 'made' : null
}

/** Tries that wait under one key, in relation to how many may be under way there: so many turns are the longest wait. */
const TURNS_MAX = 10
const RETRY_AFTER_S = 5

/**
 * Slows down a person who tries stolen cards: one card after another is declined. Each decline counts for the payer, for the network
 * address and for the addresses around it, and beyond a limit delays the next payment. Each try under way may become a decline: a try for
 * which a limit has no room waits until another one ends. So cards tried at once meet the same limit as cards tried one after another, and
 * payers who share an address are not refused. The counts are in memory, so that a payment costs no request to the store: each start has
 * its own, and forgets them when it ends.
 */
export function makeDeclineBrake ({ localAttempts, clock }: DeclineBrakePorts): DeclineBrake {
  const tries = new TriesUnderWay()

  const limitsOf = ({ userId, ip }: Payer) => [
    { key: `declined payer ${userId}`, limit: DECLINES_OF_PAYER },
    { key: `declined address ${networkOf(ip)}`, limit: DECLINES_OF_ADDRESS },
    { key: `declined network ${neighbourhoodOf(ip)}`, limit: DECLINES_OF_NETWORK },
  ]

  return {
    async begin (payer, paymentId) {
      const limits = limitsOf(payer)
      let place: Place | null = null
      try {
        for (;;) {
          const { ended } = tries
          const counts = await Promise.all(limits.map(async ({ key, limit }) => ({ key, limit, declines: await localAttempts.find(key) })))
          // A try that has ended meanwhile may have been declined.
          if (tries.ended !== ended) continue
          const now = clock()
          const refusal = longest(counts.map(({ declines }) => refusalOf(declines, now)))
          if (refusal !== null) return refusal
          const full = counts.find(({ key, limit, declines }) => tries.others(key, paymentId) >= roomIn(declines, limit, now))
          if (full === undefined) {
            tries.begin(limits.map(({ key }) => key), paymentId)
            return null
          }
          if (place?.key !== full.key) {
            if (tries.waiting(full.key) >= TURNS_MAX * full.limit.free) return new DomainError('too_many_attempts', 'too many payments are under way; try again later', { retryAfterS: RETRY_AFTER_S })
            if (place !== null) tries.leave(place)
            place = tries.queue(full.key)
          }
          await tries.turn(place)
        }
      } finally {
        if (place !== null) tries.leave(place)
      }
    },

    async learn (payer, outcome) {
      for (const { key, limit } of limitsOf(payer)) await localAttempts.update(key, (before) => outcome === 'declined' ? counted(before, limit, clock()) : forgiven(before))
    },

    end (payer, paymentId) {
      tries.end(limitsOf(payer).map(({ key }) => key), paymentId)
    },
  }
}

function longest (refusals: ReadonlyArray<DomainError | null>): DomainError | null {
  return refusals.reduce((one, other) => Number(other?.retryAfterS) > Number(one?.retryAfterS ?? 0) ? other : one, null)
}
