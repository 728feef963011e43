import type { Quarantine, QuarantinedWrite } from '../ports/quarantine.js'

/** Writes of this node that wait for a person, oldest first. */
export function makeListQuarantine ({ quarantine }: { quarantine: Quarantine }) {
  return async function listQuarantine (): Promise<readonly QuarantinedWrite[]> {
    return quarantine.list()
  }
}
