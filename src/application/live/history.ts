import type { Caller } from '#domain/accounts/session.js'
import { MODERATING, requireRole } from '#domain/rooms/admit.js'
import type { Timestamp } from '#domain/time.js'
import { visiblePayment } from '../payments/read-payments.js'
import type { EventLog, LoggedEvent } from '../ports/event-log.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { ShipmentStore } from '../ports/shipment-store.js'
import { makePersonIn, type OpenRoom } from '../rooms/open-rooms.js'
import type { Identity } from '../ports/system.js'
import { visibleShipment } from '../shipping/access.js'

export interface HistoryPorts {
  readonly events: EventLog
  readonly payments: PaymentStore
  readonly shipments: ShipmentStore
  readonly identity: Identity
  readonly openRoom: OpenRoom
}

/** A page of a history. */
export interface SubjectHistory extends Page<LoggedEvent> {
  /** The moment of the first event, where earlier ones are missing because they are older than the event log, or than it keeps events. Null where none is missing, and on later pages. */
  readonly since: Timestamp | null
}

export type HistoryUseCases = ReturnType<typeof makeHistoryUseCases>

/** What has happened to a payment, a shipment or a room, oldest first, for those who may see it. An event is there once it has taken effect. */
export function makeHistoryUseCases ({ events, payments, shipments, identity, openRoom }: HistoryPorts) {
  const personIn = makePersonIn(identity)
  return {
    /** @throws not_found */
    readPaymentHistory: async ({ caller, paymentId, ...page }: PageRequest & { readonly caller: Caller, readonly paymentId: string }): Promise<SubjectHistory> => {
      visiblePayment(await payments.find(paymentId), caller)
      return beganWith(({ type }) => type === 'payment.created', page, await events.ofSubject(paymentId, page))
    },

    /** @throws not_found */
    readShipmentHistory: async ({ caller, shipmentId, ...page }: PageRequest & { readonly caller: Caller, readonly shipmentId: string }): Promise<Page<LoggedEvent>> => {
      visibleShipment(await shipments.find(shipmentId), caller)
      return await events.ofSubject(shipmentId, page)
    },

    /** For those who moderate the room. @throws not_found, forbidden */
    readRoomHistory: async ({ caller, roomId, ...page }: PageRequest & { readonly caller: Caller, readonly roomId: string }): Promise<SubjectHistory> => {
      const { state } = await openRoom(roomId)
      requireRole(state, personIn(state, caller), ...MODERATING)
      return beganWith(({ version }) => version === 1, page, await events.ofSubject(roomId, page))
    },
  }
}

/** The page with the moment from which on events are there. */
function beganWith (isFirst: (event: LoggedEvent) => boolean, { before }: PageRequest, { items, nextKey }: Page<LoggedEvent>): SubjectHistory {
  const [first] = items
  const isWhole = before !== null || first === undefined || isFirst(first)
  return { items, nextKey, since: isWhole ? null : first.occurredAt }
}
