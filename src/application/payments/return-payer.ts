import { isChargeOpen } from '#domain/payments/follow-up.js'
import { DomainError } from '#domain/errors.js'
import { isLeased } from '#domain/payments/lease.js'
import { isUnderstood, type Payment } from '#domain/payments/payment.js'
import { settleAll } from '#domain/payments/settlement.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PaymentStore } from '../ports/payment-store.js'
import { gatewayOf, type Gateways } from './gateways.js'
import { lookUp } from './provider-call.js'

export interface ReturnPayerPorts {
  readonly payments: PaymentStore
  readonly gateways: Gateways
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Updates the payment of a payer who returns from the provider's page. It asks the provider, because the payer's request proves
 * nothing. The payment is returned unchanged if it is final, if the provider does not answer, or if another owner holds the
 * lease.
 *
 * @throws not_found
 */
export function makeReturnPayer ({ payments, gateways, identity, clock }: ReturnPayerPorts) {
  return async function returnPayer (paymentId: string): Promise<Payment> {
    const known = await payments.find(paymentId)
    if (known === null) throw new DomainError('not_found', 'there is no such payment')
    if (!isUnderstood(known) || !isChargeOpen(known) || isLeased(known.lease, clock())) return known
    const gateway = gatewayOf(gateways, known.provider)
    const facts = gateway === null ? null : await lookUp(gateway, known, { identity, clock })
    if (facts === null) return known
    const now = clock()
    return (await payments.update(paymentId, (current) => settleAll(current, facts, now), { known })).payment
  }
}
