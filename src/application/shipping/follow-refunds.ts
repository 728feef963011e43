import { DomainError } from '#domain/errors.js'
import { withRefund } from '#domain/shipping/refunded.js'
import type { Stuck } from '../outbox/plan.js'
import type { OutboxEvent } from '../ports/outbox-store.js'
import type { PaymentStore } from '../ports/payment-store.js'
import { makeChangeShipment, type ChangeShipmentPorts } from './change-shipment.js'

export interface FollowRefundsPorts extends ChangeShipmentPorts {
  readonly payments: PaymentStore
}

/**
 * What refunds mean for shipments, before their events end: where no money is left, labels are to be canceled and parcels that move are flagged.
 * A repeat changes nothing. No refund waits for a carrier: the look at the shipment, which is due soon, asks it.
 *
 * @throws store_unavailable, store_busy
 * @returns the events for which it failed
 */
export function makeFollowRefunds (ports: FollowRefundsPorts) {
  const { payments, clock } = ports
  const changeShipment = makeChangeShipment(ports)

  return async function followRefunds (events: readonly OutboxEvent[]): Promise<readonly Stuck[]> {
    const stuck: Stuck[] = []
    for (const event of events.filter(({ type }) => type === 'refund.succeeded')) {
      await follow(event.subjectId).catch((error: unknown) => {
        if (isAway(error)) throw error
        stuck.push({ event, reason: `shipments of a refund: ${String(error)}` })
      })
    }
    return stuck
  }

  async function follow (paymentId: string): Promise<void> {
    const payment = await payments.find(paymentId)
    if (payment === null || payment.refundedAmount < payment.capturedAmount) return
    const now = clock()
    for (const { shipmentId, state } of payment.shipments) {
      if (state === 'open' || state === 'shipped') await changeShipment(shipmentId, (shipment) => withRefund(shipment, now))
    }
  }
}

function isAway (error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'store_unavailable' || error.code === 'store_busy')
}
