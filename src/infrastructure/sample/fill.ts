import { fillChannel, fillConversation } from './fill-talk.js'
import { fillPayment } from './fill-payment.js'
import { openRoom, talkInRoom, type OpenedRoom } from './fill-room.js'
import { SAMPLE_ORDERS } from './payments.js'
import { PEOPLE, SELLERS, type Person } from './people.js'
import type { CallService } from './service-client.js'
import { SAMPLE_DOMAIN, type SampleStreamer, type Shop } from './shop.js'
import { forEach, makeTally, type Filled, type Tally } from './tally.js'

/** What the service holds that is not of the sample, of the things that administrators see in lists: null where it holds none. */
export async function othersIn (call: CallService): Promise<string | null> {
  const isOrdered = ({ orderId }: Readonly<Record<string, unknown>>): boolean => String(orderId).startsWith(SAMPLE_ORDERS)
  if (!await areAll(call, '/api/admin/payments', isOrdered)) return 'payments'
  if (!await areAll(call, '/api/admin/streamers', ({ email }) => String(email).endsWith(`@${SAMPLE_DOMAIN}`))) return 'streamers'
  return await areAll(call, '/api/channels/public', ({ ownerId }) => PEOPLE.some(({ id }) => id === ownerId)) ? null : 'channels'
}

/** Whether all things of a list are so. A list of others ends the walk at once. */
async function areAll (call: CallService, path: string, isOurs: (item: Readonly<Record<string, unknown>>) => boolean, cursor = ''): Promise<boolean> {
  const { body } = await call({ as: null, method: 'GET', path: `${path}?limit=100${cursor}` })
  if (!(body['items'] as ReadonlyArray<Readonly<Record<string, unknown>>>).every(isOurs)) return false
  return body['nextCursor'] === null || await areAll(call, path, isOurs, `&cursor=${String(body['nextCursor'])}`)
}

/** Fills the service with a sample shop through its API. Each thing has a name, so that a repeat makes nothing twice. */
export async function fillShop (call: CallService, { people, conversations, channels, streamers, rooms, payments }: Shop): Promise<Filled> {
  const tally = makeTally(call)
  await forEach(people, async (person) => { await introduce(call, person) })
  await forEach(streamers, async (streamer) => { await stream(tally, streamer) })
  const opened = new Map<string, OpenedRoom>()
  for (const room of rooms) opened.set(room.name, await openRoom(tally, room))
  await forEach(conversations, async (conversation) => { await fillConversation(tally, conversation) })
  await forEach(channels, async (channel) => { await fillChannel(tally, channel) })
  await forEach(payments, async (payment) => { await fillPayment(tally, payment, opened) })
  await forEach(rooms, async (room) => { await talkInRoom(tally, room, opened) })
  return tally.filled()
}

/** Gives a person their language, and a seller the address from which they ship, unless they have chosen these already. */
async function introduce (call: CallService, { id: as, locale, address: { address: line1, ...address } }: Person): Promise<void> {
  const preferences = '/api/users/me/notification-preferences'
  const { body } = await call({ as, method: 'GET', path: preferences })
  if (body['locale'] === undefined) await call({ as, method: 'PUT', path: preferences, body: { ...body, locale } })
  if (!SELLERS.some(({ id }) => id === as)) return
  const sender = '/api/sellers/me/shipping-address'
  const { body: { code } } = await call({ as, method: 'GET', path: sender, expected: ['not_found'] })
  if (code === 'not_found') await call({ as, method: 'PUT', path: sender, body: { line1, ...address } })
}

async function stream ({ counted }: Tally, { key, email, minutes, broadcasts }: SampleStreamer): Promise<void> {
  const { body } = await counted({ as: null, method: 'POST', path: '/api/admin/streamers/add', key, body: { email, minutes, note: 'sample' } })
  const { streamerId } = body['streamer'] as { readonly streamerId: string }
  for (const { broadcastId, minutes: spent } of broadcasts) {
    await counted({ as: null, method: 'POST', path: `/api/streamers/${streamerId}/usage`, key: broadcastId, body: { broadcastId, minutes: spent } })
  }
}
