import { attempted, type AttemptLimit } from '#domain/accounts/attempt.js'
import { DomainError } from '#domain/errors.js'
import { isChargeOpen } from '#domain/payments/follow-up.js'
import { isLeased } from '#domain/lease.js'
import { isUnderstood, type Payment } from '#domain/payments/payment.js'
import { settleAll } from '#domain/payments/settlement.js'
import { HOUR_MS, MINUTE_MS } from '#domain/time.js'
import type { AttemptStore } from '../ports/account-stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PaymentStore } from '../ports/payment-store.js'
import { gatewayOf, type Gateways } from './gateways.js'
import { lookUp } from './provider-call.js'

export interface ReturnPayerCommand {
  readonly paymentId: string
  /** The key in the address to which the provider sent the payer; null without one. */
  readonly key: string | null
}

export interface ReturnPayerPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
  /** The counts of this process alone. */
  readonly localAttempts: AttemptStore
}

/** Look-ups for one payment. Payers return once or twice; whatever else opens the address costs the provider little. */
const LOOKUPS: AttemptLimit = { free: 5, delayMs: 2000, delayMaxMs: MINUTE_MS, memoryMs: HOUR_MS }

/**
 * Updates the payment of a payer who returns from the provider's page. It asks the provider, because the payer's request proves
 * nothing. The payment is returned unchanged if it is final, if the provider does not answer or has just been asked often, or if
 * another owner holds the lease. Null for a payment that does not exist, and without the key that its return address holds.
 */
export function makeReturnPayer ({ payments, gateways, identity, clock, localAttempts }: ReturnPayerPorts) {
  return async function returnPayer ({ paymentId, key }: ReturnPayerCommand): Promise<Payment | null> {
    const known = await payments.find(paymentId)
    if (known === null || !opens(key, known)) return null
    if (!isUnderstood(known) || !isChargeOpen(known) || isLeased(known.lease, clock()) || !await mayAsk(paymentId)) return known
    const gateway = gatewayOf(gateways, known.provider)
    const facts = gateway === null ? null : await lookUp(gateway, known, { identity, clock })
    if (facts === null) return known
    const now = clock()
    return (await payments.update(paymentId, (current) => settleAll(current, facts, now), { known })).payment
  }

  /** Payments from before keys have none. Digests are compared, so that the time says nothing about the key. */
  function opens (key: string | null, { returnKey }: Payment): boolean {
    return returnKey === null || (key !== null && identity.fingerprint(key) === identity.fingerprint(returnKey))
  }

  async function mayAsk (paymentId: string): Promise<boolean> {
    try {
      await localAttempts.update(`return ${paymentId}`, (before) => attempted(before, LOOKUPS, clock()))
      return true
    } catch (error) {
      if (error instanceof DomainError && error.code === 'too_many_attempts') return false
      throw error
    }
  }
}
