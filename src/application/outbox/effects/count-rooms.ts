import { isPaymentEvent } from '../../ports/outbox-store.js'
import { roomFamily, roomSlice } from '../../ports/read-models.js'
import type { Effect } from '../effect.js'

/** Counts the sales of rooms. The event holds everything it needs. */
export const countRooms: Effect = {
  name: 'count-rooms',
  wantsPayment: () => false,
  writes: (event) => {
    if (!isPaymentEvent(event) || event.data.sale === undefined) return []
    const { sale: { roomId, productId, add }, currency } = event.data
    return [{ kind: 'stats', family: roomFamily(roomId), slice: roomSlice(productId), currency, add }]
  },
}
