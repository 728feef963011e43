import type { Caller } from '#domain/accounts/session.js'
import { banned, requireSight } from '#domain/channels/admit.js'
import { checkSanction } from '#domain/rooms/admit.js'
import { personOf } from '../channels/change-channel.js'
import type { OpenChannel } from '../channels/open-channels.js'
import type { Clock } from '../ports/system.js'
import type { OpenRoom } from '../rooms/open-rooms.js'

export interface FollowQuery {
  /** Null for a guest. */
  readonly caller: Caller | null
  /** Of the room or channel. */
  readonly id: string
  /** The newest page that is known. */
  readonly page: number
}

/** Whether someone may read a feed live, by its pages up to the one that is answered, which is no older than the one that is known. */
export type MayFollow = (query: FollowQuery) => Promise<number>

/** @throws not_found, banned */
export function makeFollowRoom ({ openRoom, clock }: { readonly openRoom: OpenRoom, readonly clock: Clock }): MayFollow {
  return async function followRoom ({ caller, id, page }) {
    const feed = await openRoom(id)
    const userId = caller?.userId ?? null
    if (userId === null) return Math.max(page, feed.state.page)
    if (feed.state.page < page) await feed.catchUp()
    checkSanction(feed.state, userId, 'ban', clock())
    return feed.state.page
  }
}

/** @throws not_found also for a private channel of others, banned */
export function makeFollowChannel ({ openChannel }: { readonly openChannel: OpenChannel }): MayFollow {
  return async function followChannel ({ caller, id, page }) {
    const feed = await openChannel(id)
    if (feed.state.page < page) await feed.catchUp()
    if (requireSight(feed.state, personOf(caller ?? NOBODY)) === 'banned') throw banned()
    return feed.state.page
  }
}

const NOBODY: Caller = { userId: null, admin: false }
