import type { PaymentEvent } from '#domain/payments/decision.js'
import { admitOrder } from '#domain/rooms/admit.js'
import { laterBy, MINUTE_MS, SECOND_MS } from '#domain/time.js'
import { isPaymentEvent, type OutboxEvent } from '../ports/outbox-store.js'
import type { Clock, Identity, Pause } from '../ports/system.js'
import type { OpenRoom } from './open-rooms.js'

export interface AnnounceOrdersPorts {
  readonly openRoom: OpenRoom
  readonly identity: Identity
  readonly clock: Clock
  readonly pause: Pause
}

/** An older order is no news in a chat, and its repeat would no longer be recognised. */
const NEWS_MS = 10 * MINUTE_MS
/** The longest wait of the events for the chats of their rooms. */
const WAIT_MS = SECOND_MS

type Sold = PaymentEvent & { readonly data: { readonly sale: NonNullable<PaymentEvent['data']['sale']> } }

/**
 * Announces the orders of these events in their rooms, each once, before the events end. It is a courtesy: an order whose room does not take it in time
 * is not announced, and never an error.
 */
export function makeAnnounceOrders ({ openRoom, identity, clock, pause }: AnnounceOrdersPorts) {
  return async function announceOrders (events: readonly OutboxEvent[]): Promise<void> {
    const since = laterBy(clock(), -NEWS_MS)
    const orders = events.filter(isSold).filter(({ occurredAt }) => occurredAt > since)
    if (orders.length === 0) return
    const announced = new AbortController()
    await Promise.race([Promise.allSettled(orders.map(announce)), pause(WAIT_MS, announced.signal)])
    announced.abort()
  }

  async function announce ({ eventId, data: { sale: { roomId, productId, add } } }: Sold): Promise<void> {
    const messageId = identity.derived('ord', [eventId])
    const feed = await openRoom(roomId)
    await feed.submit((state, at) => {
      const entry = state.sent.get(messageId) === null ? admitOrder(state, { messageId, productId, units: Number(add['units_count']) }, at) : null
      return entry === null ? { kind: 'nothing' } : { kind: 'write', entry }
    })
  }
}

/** Whether the payment became an order by this event. */
function isSold (event: OutboxEvent): event is Sold {
  return isPaymentEvent(event) && event.data.sale?.add['orders_count'] === 1
}
