import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Room } from '#domain/rooms/room.js'
import type { RoomStore } from '../ports/room-stores.js'

/**
 * Why a payment cannot name this room and product; null where it can. Whether the room is live does not matter. While DynamoDB is away the names are taken
 * as they are, because a payment is worth more than its place in statistics.
 */
export function makeCheckRoom ({ rooms }: { readonly rooms: RoomStore }) {
  return async function checkRoom ({ roomId = null, productId = null }: Partial<Pick<Payment, 'roomId' | 'productId'>>): Promise<DomainError | null> {
    if (roomId === null) return productId === null ? null : new DomainError('product_unknown', 'a product is named together with its room')
    const room = await found(roomId)
    if (room === 'away') return null
    if (room === null) return new DomainError('room_unknown', 'there is no such room')
    const isThere = productId === null || room.products.some((product) => product.productId === productId)
    return isThere ? null : new DomainError('product_unknown', 'the room has no product of this id')
  }

  async function found (roomId: string): Promise<Room | null | 'away'> {
    try {
      return await rooms.find(roomId)
    } catch (error) {
      if (error instanceof DomainError && error.code === 'store_unavailable') return 'away'
      throw error
    }
  }
}
