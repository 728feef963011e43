import { DomainError } from '#domain/errors.js'
import { money } from '#domain/money.js'
import { HOUR_MS, laterBy, type Timestamp } from '#domain/time.js'
import type { CardInstallments, InstallmentQuery } from '../ports/installment-offer.js'
import type { Clock, Identity } from '../ports/system.js'
import { gatewaysFor, type Gateways } from './gateways.js'

const KEPT_MS = HOUR_MS
/** Answers that a process remembers. */
const KEPT_MAX = 1000
const RETRY_AFTER_S = 5

export interface ListInstallmentsPorts {
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
}

interface Kept {
  readonly cards: readonly CardInstallments[]
  readonly until: Timestamp
}

/**
 * The installments that payers may choose from. An answer is remembered for an hour, under a digest whose key this process alone knows,
 * so that it leads back to no card.
 *
 * @throws invalid_amount, unsupported_currency, not_offered, provider_unavailable
 */
export function makeListInstallments ({ gateways, identity, clock }: ListInstallmentsPorts) {
  const key = identity.secret()
  const kept = new Map<string, Kept>()

  return async function listInstallments (query: InstallmentQuery): Promise<readonly CardInstallments[]> {
    money(query.amount, query.currency)
    const [gateway] = gatewaysFor(gateways, { provider: null, currency: query.currency, installments: true })
    const digest = identity.fingerprint([key, query])
    const known = kept.get(digest)
    if (known !== undefined && known.until > clock()) return known.cards
    const answer = await gateway.installments?.find(query)
    if (answer?.kind !== 'found') throw new DomainError('provider_unavailable', 'the payment provider does not say which installments it takes', { retryAfterS: RETRY_AFTER_S })
    keep(digest, { cards: answer.cards, until: laterBy(clock(), KEPT_MS) })
    return answer.cards
  }

  /** The oldest answer makes room. */
  function keep (digest: string, answer: Kept): void {
    kept.delete(digest)
    kept.set(digest, answer)
    for (const oldest of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(oldest)
  }
}
