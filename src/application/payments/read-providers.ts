import type { Standing } from '../ports/payment-gateway.js'
import type { Gateways } from './gateways.js'

/** A configured payment provider, as this process finds it. */
export interface ProviderStanding extends Standing {
  readonly name: string
  /** ISO 4217 codes; null for all that we know. */
  readonly currencies: readonly string[] | null
}

const NEVER_ASKED: Standing = { breaker: 'closed', since: null, lastErrorCode: null }

/** The configured providers, the preferred one first. */
export function makeReadProviders ({ gateways }: { readonly gateways: Gateways }) {
  return function readProviders (): ProviderStanding[] {
    return gateways.map(({ provider: name, capabilities: { currencies }, standing }) => ({ name, currencies, ...(standing?.() ?? NEVER_ASKED) }))
  }
}
