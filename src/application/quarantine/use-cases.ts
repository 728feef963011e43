import type { Quarantine } from '../ports/quarantine.js'
import { makeListQuarantine } from './list-quarantine.js'
import { makeResolveQuarantined } from './resolve-quarantined.js'
import { makeRetryQuarantined } from './retry-quarantined.js'

export type QuarantineUseCases = ReturnType<typeof makeQuarantineUseCases>

export function makeQuarantineUseCases (ports: { readonly quarantine: Quarantine }) {
  return {
    listQuarantine: makeListQuarantine(ports),
    retryQuarantined: makeRetryQuarantined(ports),
    resolveQuarantined: makeResolveQuarantined(ports),
  }
}
