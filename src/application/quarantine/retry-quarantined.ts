import type { Quarantine, QuarantinedWrite } from '../ports/quarantine.js'

/** Lets a write be tried again, once a person has done something about what was in its way. @throws not_found */
export function makeRetryQuarantined ({ quarantine }: { quarantine: Quarantine }) {
  return async function retryQuarantined (sequence: number): Promise<QuarantinedWrite> {
    return await quarantine.retry(sequence)
  }
}
