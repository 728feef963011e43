import type { LeaseClaim } from '#domain/lease.js'
import type { Round } from '#domain/payments/round.js'

/** One round a day, over all processes. @throws store_unavailable, store_busy from every method; see `Stores` */
export interface RoundStore {
  find: (day: string) => Promise<Round | null>

  /**
   * Claims the round of a day, which begins where there is none, if its lease is over or the claimant's own, under a new epoch until
   * `claim.until`. Returns the round after the call: that of another owner, if their lease is not over.
   */
  claim: (day: string, claim: LeaseClaim) => Promise<Round>

  /** Stores progress and lease of a round, if its owner and epoch are the newest of the day. False if they are not. */
  save: (round: Round) => Promise<boolean>
}
