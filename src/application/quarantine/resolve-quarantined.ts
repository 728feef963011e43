import type { Quarantine, QuarantinedWrite } from '../ports/quarantine.js'

/** Ends a write for good, once a person has seen to it in another way. @throws not_found */
export function makeResolveQuarantined ({ quarantine }: { quarantine: Quarantine }) {
  return async function resolveQuarantined (sequence: number): Promise<QuarantinedWrite> {
    return await quarantine.resolve(sequence)
  }
}
