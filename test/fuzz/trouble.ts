import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'
import { seen, sightingOf } from '#domain/error-log/logged-error.js'
import { newChannel } from '#domain/channels/channel.js'
import { channelFeedIdOf } from '#domain/channels/channel-entry.js'
import { feedIdOf, roomChanged } from '#domain/rooms/room-entry.js'
import { startedRoom } from '#domain/rooms/room.js'
import { aRoom } from '../contracts/feed-store.contract.js'
import { aCapturedPayment, aRefund, START } from '../support/builders.js'
import { at, message, times, webhookEvent } from '../contracts/fixtures.js'
import { report } from '../contracts/message-report-store.contract.js'
import { deadAt, notification } from '../contracts/notification-store.contract.js'

const COUNT = 40

/** The refund that each of the payments with trouble has left open, and the key of their return address. */
export const OPEN_REFUND = 'refund_left_open'
export const RETURN_KEY = 'way-back'
export const paymentInTrouble = (index: number): string => `trouble${index % COUNT}`

/** An error of the error log, which was seen far in the future, so that it is always among the last. */
export const LOGGED_ERROR = `err_${'a'.repeat(52)}`

/** The message on page 3 of each of the live rooms. */
export const ROOM_MESSAGE = 'msg_live'
/** Live rooms of streamers of their own. */
export const LIVE_ROOMS = Array.from({ length: 20 }, (_, index) => `room_${index}`)

/** Public channels of a stranger, each with the same message in the same place. */
export const CHANNELS = Array.from({ length: 20 }, (_, index) => `chn_${index}`)

/** Messages that a receiver has reported. */
export const REPORTED_MESSAGES = Array.from({ length: COUNT }, (_, index) => `parked${index}`)

/** Fills the stores with live rooms and channels, with parked and dead rows, and with payments to decide, which only failures create. */
export async function fillWithTrouble ({ notifications, webhookEvents, messages, messageReports, outbox, payments, billing, feeds, channelFeeds, errors }: Stores): Promise<void> {
  const occurrence = { kind: 'job', name: 'Error', code: null, where: 'drain', message: 'no', stack: null, requestId: null, traceId: null } as const
  await errors.update(LOGGED_ERROR, () => seen(null, sightingOf(occurrence, LOGGED_ERROR, '2126-01-01T00:00:00.000Z', '0.0.0')))
  for (const roomId of LIVE_ROOMS) {
    const products = ['p-1', 'p-2'].map((productId) => ({ productId, name: 'Atkı', price: { amount: 1, currency: 'TRY' }, imageUrl: null, url: null, soldOut: false }))
    const room = aRoom({ roomId, streamerId: `str_${roomId}`, createdAt: START, products })
    const live = startedRoom(room, START)
    const page = { feedId: feedIdOf(roomId), writtenAt: START }
    await feeds.append({ ...page, page: 1, entries: [roomChanged(room, START)], writer: 'wrt_1' }, { room })
    await feeds.append({ ...page, page: 2, entries: [roomChanged(live, START)], writer: 'wrt_2' }, { room: live, claim: { streamerId: room.streamerId, roomId, step: 'take' } })
    const entry = { type: 'message', at: START, messageId: ROOM_MESSAGE, senderId: 'sender', role: 'viewer', text: 'merhaba', replyTo: null, isHidden: false } as const
    await feeds.append({ ...page, page: 3, entries: [entry], writer: 'wrt_3' })
  }
  for (const channelId of CHANNELS) {
    const channel = { ...newChannel({ channelId, name: 'Atkılar', kind: 'public', ownerId: 'owner', fingerprint: '' }, START), memberCount: 1 }
    const page = { feedId: channelFeedIdOf(channelId), writtenAt: START }
    const owner = { type: 'member', at: START, userId: 'owner', role: 'owner', by: 'owner' } as const
    const message = { type: 'message', at: START, messageId: ROOM_MESSAGE, number: 1, senderId: 'owner', text: 'merhaba', replyTo: null } as const
    const members = [{ channelId, userId: 'owner', fields: { role: 'owner', since: START, readCount: 0 } }] as const
    await channelFeeds.append({ ...page, page: 1, entries: [{ type: 'channel', at: START, channel: { ...channel, memberCount: 0 }, by: null }], writer: 'wrt_1' }, { channel })
    await channelFeeds.append({ ...page, page: 2, entries: [owner], writer: 'wrt_2' }, { channel, members })
    await channelFeeds.append({ ...page, page: 3, entries: [message], writer: 'wrt_3' }, { channel: { ...channel, messageCount: 1, lastMessageAt: START } })
  }
  await times(COUNT, async (index) => {
    const fresh = notification(`ntf_${index}`)
    await notifications.insert(fresh)
    await notifications.replace(deadAt(fresh))
    await webhookEvents.insert(webhookEvent(`simulator#parked${index}`, { state: 'parked', reason: 'payment_unknown', dueAt: null }))
    await messages.insert(message(`parked${index}`, { receiverId: `user${index}` }))
    await messageReports.insert(report(`parked${index}`))
    await billing.keep({ paymentId: paymentInTrouble(index), buyerEmail: 'payer@example.com', shippingAddress: null, keptUntil: '2126-01-01T00:00:00.000Z' })
    await payments.insert({ payment: aCapturedPayment({ paymentId: paymentInTrouble(index), provider: 'simulator', orderId: `troubled ${index}`, returnKey: RETURN_KEY, flags: ['late_success'], refunds: [aRefund({ refundId: OPEN_REFUND })] }), events: [] })
  })
  await times(OUTBOX_SHARDS, async (shard) => {
    const lease = await outbox.claim(shard, { owner: 'nobody', now: at(0), until: at(60) })
    for (const event of await outbox.read(shard, COUNT)) await outbox.park(lease, { event, reason: 'an effect has refused it', parkedAt: at(1) })
    await outbox.claim(shard, { owner: 'nobody', now: at(2), until: at(2) })
  })
}
