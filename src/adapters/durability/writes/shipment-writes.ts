import { unchanged, type ShipmentDecision } from '#domain/shipping/decision.js'
import { withReservation } from '#domain/payments/fulfillment.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { ShipmentAddresses, ShipmentOfPayment } from '#application/ports/shipment-store.js'
import type { LabelFormat } from '#application/ports/shipping-carrier.js'
import type { Timestamp } from '#domain/time.js'
import { paymentKey } from './payment-writes.js'
import { AS_IS, checkFollows, checkSameRequest, Conflict, type WriteKind } from './write-kind.js'

/*
 * Memory mode alone journals these kinds: a label is bought once for all nodes, so an outage of DynamoDB takes no shipment.
 */

/** The next state of a shipment, with addresses that are stored in the same step; the first with its part of the payment, which follows from the state after it. */
export const shipment: WriteKind<{ readonly decision: ShipmentDecision, readonly addresses: Omit<ShipmentAddresses, 'label'> | null, readonly event: WebhookEvent | null }> = {
  key: (write) => paymentKey(write.decision.shipment.paymentId),
  subject: (write) => write.decision.shipment.shipmentId,
  carryOut: async ({ decision, addresses, event }, { payments, shipments }) => {
    const { shipment: next } = decision
    const { shipmentId, paymentId, createdAt, version } = next
    const kept = addresses === null ? null : { ...addresses, label: null }
    if (version === 1) {
      const payment = await payments.find(paymentId)
      if (payment === null) throw new Conflict('the payment of the shipment is missing')
      const { stored } = await shipments.insert(next, kept, (current) => withReservation(current, next, createdAt), payment, decision.events)
      return checkSameRequest(next, stored)
    }
    await shipments.update(shipmentId, (current) => {
      checkSameRequest(next, current)
      if (current.version >= version) return unchanged(current)
      checkFollows(version, current.version)
      return decision
    }, { ...(event !== null && { webhookEvent: event }), ...(kept !== null && { addresses: kept }) })
  },
  shown: ({ event }) => ({ event }),
  stored: AS_IS,
}

/** A label beside the addresses, or when they run out. It has the key of its shipment, which has to be there first. */
export const shipmentAddress: WriteKind<ShipmentOfPayment & { readonly label: { readonly format: LabelFormat, readonly base64: string } | null, readonly expiresAt: Timestamp | null }> = {
  key: ({ paymentId }) => paymentKey(paymentId),
  subject: ({ shipmentId }) => shipmentId,
  carryOut: async ({ shipmentId, paymentId, label, expiresAt }, { shipmentAddresses }) => {
    if (label !== null) await shipmentAddresses.keepLabel({ shipmentId, paymentId }, { format: label.format, bytes: Buffer.from(label.base64, 'base64') })
    if (expiresAt !== null) await shipmentAddresses.expire({ shipmentId, paymentId }, expiresAt)
  },
  shown: () => ({}),
  stored: AS_IS,
}

/** The addresses of a new shipment, which has no label yet. */
export function withoutLabel (addresses: ShipmentAddresses | null): Omit<ShipmentAddresses, 'label'> | null {
  if (addresses === null) return null
  const { label, ...rest } = addresses
  return rest
}
