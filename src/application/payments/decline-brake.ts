import { counted, DECLINES_OF_ADDRESS, DECLINES_OF_NETWORK, DECLINES_OF_PAYER, forgiven, refusalOf } from '#domain/accounts/attempt.js'
import { neighbourhoodOf, networkOf } from '#domain/network.js'
import type { DomainError } from '#domain/errors.js'
import { isCaptured, type Payment } from '#domain/payments/payment.js'
import type { AttemptStore } from '../ports/account-stores.js'
import type { Clock } from '../ports/system.js'

export interface DeclineBrakePorts {
  /** The counts of this process alone. */
  readonly localAttempts: AttemptStore
  readonly clock: Clock
}

/** Who pays, and from where. */
export interface Payer {
  readonly userId: string
  readonly ip: string
}

/**
 * Slows down a person who tries stolen cards: one card after another is declined. Each decline counts for the payer, for the network
 * address and for the addresses around it, and beyond a limit delays the next payment. The counts are in memory, so that a payment
 * costs no request to the store: each process has its own, and a restart forgets them.
 */
export function makeDeclineBrake ({ localAttempts, clock }: DeclineBrakePorts) {
  const limitsOf = ({ userId, ip }: Payer) => [
    { key: `declined payer ${userId}`, limit: DECLINES_OF_PAYER },
    { key: `declined address ${networkOf(ip)}`, limit: DECLINES_OF_ADDRESS },
    { key: `declined network ${neighbourhoodOf(ip)}`, limit: DECLINES_OF_NETWORK },
  ]

  return {
    /** Why this payer has to wait before a new payment; null if they may pay. */
    async refusal (payer: Payer): Promise<DomainError | null> {
      let longest: DomainError | null = null
      for (const { key } of limitsOf(payer)) {
        const refusal = refusalOf(await localAttempts.find(key), clock())
        if (Number(refusal?.retryAfterS ?? 0) > Number(longest?.retryAfterS ?? 0)) longest = refusal
      }
      return longest
    },

    /** Counts the payment if it was declined. One that was made takes a decline back, because shared addresses see some of both. */
    async learn (payer: Payer, payment: Payment): Promise<void> {
      const isDeclined = payment.status === 'failed'
      if (!isDeclined && !isCaptured(payment)) return
      for (const { key, limit } of limitsOf(payer)) await localAttempts.update(key, (before) => isDeclined ? counted(before, limit, clock()) : forgiven(before))
    },
  }
}
