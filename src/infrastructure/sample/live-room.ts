import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { foldEmail } from '#domain/fold.js'
import type { Product } from '#domain/rooms/room.js'
import type { Identity } from '#application/ports/system.js'
import { streamerIdOf } from '#application/streamers/read-streamers.js'
import type { EnterDemo } from '#adapters/demo/pages.js'
import type { UseCases } from '#adapters/http/routes.js'

const SELLER = { userId: 'mehmet', email: 'mehmet@shop.example' }
/** Of each room. A room that everyone has left ends with them. */
const MINUTES = 120

const product = (productId: string, name: string, amount: number): Product => ({ productId, name, price: { amount, currency: 'TRY' }, imageUrl: null, url: null, soldOut: false })

const DETAILS = {
  title: 'Kış atkıları · Scarves of the winter',
  description: null,
  category: 'fashion',
  coverUrl: null,
  visibility: 'public',
  startsAt: null,
  products: [product('scarf', 'Mavi atkı', 34_990), product('bag', 'Deri çanta', 124_990), product('shawl', 'İpek şal', 89_900)],
  settings: {},
} as const

export interface EnterDemoPorts {
  readonly useCases: Pick<UseCases, 'addStreamer' | 'createRoom' | 'startRoom' | 'listRooms'>
  readonly identity: Identity
  /** The token of a user. */
  readonly sign: (claims: { readonly sub: string, readonly email?: string, readonly email_verified?: boolean }) => string
}

/** Leads people into the live room of the sample's seller. */
export function makeEnterDemo ({ useCases: { addStreamer, createRoom, startRoom, listRooms }, identity, sign }: EnterDemoPorts): EnterDemo {
  const caller: Caller = { userId: SELLER.userId, admin: false, verifiedEmail: SELLER.email }

  return async (as) => {
    const room = { roomId: await liveRoom(), sellerId: SELLER.userId }
    if (as === null) return { ...room, userId: null, token: null }
    return { ...room, userId: as, token: sign(as === SELLER.userId ? { sub: as, email: SELLER.email, email_verified: true } : { sub: as }) }
  }

  async function liveRoom (): Promise<string> {
    const found = await findLive()
    if (found !== null) return found
    const key = identity.random('demo')
    await addStreamer({ email: SELLER.email, minutes: MINUTES, amount: null, currency: null, note: 'demo', key })
    const { room: { roomId } } = await createRoom({ caller, key, details: DETAILS, streamerId: null, copyModeratorsFrom: null })
    try {
      await startRoom({ caller, roomId })
      return roomId
    } catch (error) {
      // Another person has entered at the same moment, and started a room.
      const other = error instanceof DomainError && error.code === 'already_live' ? await findLive() : null
      if (other === null) throw error
      return other
    }
  }

  async function findLive (): Promise<string | null> {
    const { items } = await listRooms({ status: 'live', category: null, streamerId: streamerIdOf(foldEmail(SELLER.email), identity), q: null, before: null, limit: 1 })
    return items[0]?.roomId ?? null
  }
}
