import { BUYERS } from './people.js'
import type { SampleRoom } from './talk.js'
import type { Tally } from './tally.js'

export interface OpenedRoom {
  readonly roomId: string
  /** Whether people may write in it now. */
  readonly isLive: boolean
}

/** Creates a room and starts it. One that has ended stays so, and a streamer who is live already starts no other. */
export async function openRoom ({ call, counted }: Tally, { name: key, streamer: { id: as }, title, category, products, becomes, announcement }: SampleRoom): Promise<OpenedRoom> {
  const { body } = await counted({ as, method: 'POST', path: '/api/rooms', key, body: { title, category, products } })
  const roomId = String(body['roomId'])
  const path = `/api/rooms/${roomId}`
  if (body['status'] !== 'scheduled') return { roomId, isLive: body['status'] === 'live' }
  const { body: { items } } = await call({ as, method: 'GET', path: `${path}/messages?limit=1` })
  // The announcement is the last thing that a room begins with.
  if ((items as readonly unknown[]).length === 0) {
    await call({ as, method: 'PUT', path: `${path}/members/${BUYERS[0].id}/moderator` })
    await call({ as, method: 'PUT', path: `${path}/pinned`, body: { productIds: products.slice(0, 1).map(({ productId }) => productId) } })
    await call({ as, method: 'POST', path: `${path}/announcements`, key: `${key}-announcement`, body: { text: announcement } })
  }
  if (becomes === 'scheduled') return { roomId, isLive: false }
  const { body: started } = await call({ as, method: 'POST', path: `${path}/start`, expected: ['already_live'] })
  return { roomId, isLive: started['status'] === 'live' }
}

/** What viewers write, known by its number: a room forgets the keys of messages after ten minutes. */
export async function talkInRoom ({ call, counted, found }: Tally, { name, streamer, becomes, chat }: SampleRoom, opened: ReadonlyMap<string, OpenedRoom>): Promise<void> {
  const { roomId, isLive } = opened.get(name) as OpenedRoom
  const path = `/api/rooms/${roomId}`
  const { body } = await call({ as: streamer.id, method: 'GET', path: `${path}/messages?limit=100` })
  const written = Math.min((body['items'] as ReadonlyArray<{ readonly kind: string }>).filter(({ kind }) => kind === 'message').length, chat.length)
  found(written)
  if (!isLive) return
  for (const { by: { id: as }, text, reportedBy = [] } of chat.slice(written)) {
    const { body: { messageId, position } } = await counted({ as, method: 'POST', path: `${path}/messages`, body: { text } })
    for (const { id } of reportedBy) await call({ as: id, method: 'POST', path: `${path}/messages/${String(messageId)}/report?position=${String(position)}`, body: { reason: 'spam' } })
  }
  if (becomes === 'ended') await call({ as: streamer.id, method: 'POST', path: `${path}/end` })
}
