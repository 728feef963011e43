import type { Caller } from '#domain/accounts/session.js'
import type { Timestamp } from '#domain/time.js'
import { visiblePayment } from '../payments/read-payments.js'
import type { EventLog, LoggedEvent } from '../ports/event-log.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { ShipmentStore } from '../ports/shipment-store.js'
import { visibleShipment } from '../shipping/access.js'

export interface HistoryPorts {
  readonly events: EventLog
  readonly payments: PaymentStore
  readonly shipments: ShipmentStore
}

export interface PaymentHistory extends Page<LoggedEvent> {
  /** The moment of the first event, where earlier ones are missing because they are older than the event log, or than it keeps events. Null where none is missing, and on later pages. */
  readonly since: Timestamp | null
}

export type HistoryUseCases = ReturnType<typeof makeHistoryUseCases>

/** What has happened to a payment or a shipment, oldest first, for those who may see it. An event is there once it has taken effect. */
export function makeHistoryUseCases ({ events, payments, shipments }: HistoryPorts) {
  return {
    /** @throws not_found */
    readPaymentHistory: async ({ caller, paymentId, ...page }: PageRequest & { readonly caller: Caller, readonly paymentId: string }): Promise<PaymentHistory> => {
      visiblePayment(await payments.find(paymentId), caller)
      const { items, nextKey } = await events.ofSubject(paymentId, page)
      const [first] = items
      const isWhole = page.before !== null || first === undefined || first.type === 'payment.created'
      return { items, nextKey, since: isWhole ? null : first.occurredAt }
    },

    /** @throws not_found */
    readShipmentHistory: async ({ caller, shipmentId, ...page }: PageRequest & { readonly caller: Caller, readonly shipmentId: string }): Promise<Page<LoggedEvent>> => {
      visibleShipment(await shipments.find(shipmentId), caller)
      return await events.ofSubject(shipmentId, page)
    },
  }
}
