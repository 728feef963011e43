import type { Quarantine, QuarantinedWrite } from '../ports/durability.js'

export type QuarantineUseCases = ReturnType<typeof makeQuarantineUseCases>

/** What an administrator does about the quarantine of this start. */
export function makeQuarantineUseCases ({ quarantine }: { readonly quarantine: Quarantine }) {
  return {
    /** Oldest first. */
    listQuarantine: async (): Promise<readonly QuarantinedWrite[]> => await quarantine.list(),

    /** Tries a write again, once its cause is dealt with. @throws not_found, store_unavailable */
    retryQuarantined: async (sequence: number): Promise<QuarantinedWrite> => await quarantine.retry(sequence),

    /**
     * Gives a write up for good, because an administrator has settled the matter in another way.
     *
     * @throws not_found, store_unavailable
     */
    resolveQuarantined: async (sequence: number): Promise<QuarantinedWrite> => await quarantine.resolve(sequence),
  }
}
