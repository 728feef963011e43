import type { ChargeAnswer, ChargeRequest, LookupAnswer, RefundAnswer, RefundRequest } from '#application/ports/payment-gateway.js'
import type { Payment } from '#domain/payments/payment.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'

/** A provider that moves money for each request, except for repeats that it recognizes, and reports it truthfully. */
export class Ledger extends ScriptedGateway {
  /** The movements by our references, in order. */
  readonly charged: string[] = []
  readonly refunded: string[] = []

  override async charge ({ payment }: ChargeRequest): Promise<ChargeAnswer> {
    this.#move(this.charged, payment.paymentId)
    return this.#chargeOf(payment)
  }

  override async refund ({ refundId }: RefundRequest): Promise<RefundAnswer> {
    this.#move(this.refunded, refundId)
    return { kind: 'succeeded' }
  }

  override async lookup (payment: Payment): Promise<LookupAnswer> {
    if (!this.charged.includes(payment.paymentId)) return { kind: 'not_found' }
    const refunds = this.refunded.map((refundId) => ({ kind: 'refund', refundId, status: 'succeeded' }) as const)
    return { kind: 'found', facts: [this.#chargeOf(payment), ...refunds] }
  }

  #move (moved: string[], reference: string): void {
    if (!this.capabilities.idempotent || !moved.includes(reference)) moved.push(reference)
  }

  #chargeOf ({ paymentId, amount, currency }: Payment) {
    return { kind: 'succeeded', reference: `ch_${paymentId}`, amount, currency } as const
  }
}
