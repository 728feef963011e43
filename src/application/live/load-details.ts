import type { Message } from '#domain/messages/message.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import type { LoggedEvent } from '../ports/event-log.js'
import type { MessageStore } from '../ports/message-store.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { ShipmentStore } from '../ports/shipment-store.js'

/** What an event is about, as it now is; null where it is gone. */
export type EventDetails =
  | { readonly kind: 'message', readonly message: Message | null }
  | { readonly kind: 'read' }
  | { readonly kind: 'payment', readonly payment: Payment | null }
  | { readonly kind: 'shipment', readonly shipment: Shipment | null }

/** Loads what events are about: each once, payments and shipments in one read each. */
export function makeLoadDetails ({ payments, messages, shipments }: { readonly payments: PaymentStore, readonly messages: MessageStore, readonly shipments: ShipmentStore }) {
  return async function loadDetails (events: readonly LoggedEvent[]): Promise<ReadonlyMap<string, EventDetails>> {
    const idsOf = (kind: EventDetails['kind']): string[] => [...new Set(events.filter((event) => kindOf(event) === kind).map(({ subjectId }) => subjectId))]
    const paymentIds = idsOf('payment')
    const shipmentIds = idsOf('shipment')
    const [foundPayments, foundShipments, foundMessages] = await Promise.all([
      paymentIds.length === 0 ? [] : payments.findMany(paymentIds),
      shipmentIds.length === 0 ? [] : shipments.findMany(shipmentIds),
      Promise.all(idsOf('message').map(async (messageId) => await messages.find(messageId))),
    ])
    const paymentOf = new Map(foundPayments.map((payment) => [payment.paymentId, payment]))
    const shipmentOf = new Map(foundShipments.map((shipment) => [shipment.shipmentId, shipment]))
    const messageOf = new Map(foundMessages.filter((message) => message !== null).map((message) => [message.messageId, message]))
    const detailsOf = (event: LoggedEvent): EventDetails => {
      const kind = kindOf(event)
      switch (kind) {
        case 'read': return { kind }
        case 'message': return { kind, message: messageOf.get(event.subjectId) ?? null }
        case 'shipment': return { kind, shipment: shipmentOf.get(event.subjectId) ?? null }
        case 'payment': return { kind, payment: paymentOf.get(event.subjectId) ?? null }
      }
    }
    return new Map(events.map((event) => [event.id, detailsOf(event)]))
  }
}

function kindOf ({ type }: LoggedEvent): EventDetails['kind'] {
  if (type === 'message.sent') return 'message'
  if (type === 'conversation.read') return 'read'
  return type.startsWith('shipment.') ? 'shipment' : 'payment'
}
