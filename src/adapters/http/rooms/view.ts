import type { Static } from '@sinclair/typebox'
import type { Position, Product, Room as RoomEntity, RoomDetails, RoomSettings } from '#domain/rooms/room.js'
import type { PlacedEntry } from '#application/rooms/read-rooms.js'
import type { ReplayedEntry } from '#application/rooms/replay-room.js'
import type { ShownReport } from '#application/rooms/room-messages.js'
import { laterBy } from '#domain/time.js'
import type { CreateRoomBody, EditRoomBody, Room, RoomMessage, RoomReplayMessage, RoomReports } from './schemas.js'

export function roomView ({ settings: { words: _, ...settings }, pinned, products, ...room }: RoomEntity): Static<typeof Room> {
  const { productIds, message } = pinned
  const shown = message === null ? null : { messageId: message.messageId, position: positionText(message.position) }
  return { ...room, products: [...products], settings, pinned: { productIds: [...productIds], message: shown } }
}

/** A hidden message shows its text to no one but moderators, in the list of reports. */
export function messageView ({ entry, position }: PlacedEntry): Static<typeof RoomMessage> {
  const { type: kind, messageId, at: createdAt } = entry
  const common = { kind, messageId, position: positionText(position), order: null, createdAt }
  if (entry.type === 'order') return { ...common, senderId: null, role: null, text: null, hidden: false, replyTo: null, order: { productId: entry.productId, units: entry.units } }
  if (entry.type === 'announcement') return { ...common, senderId: entry.by, role: null, text: entry.text, hidden: false, replyTo: null }
  const { senderId, role, text, isHidden, replyTo } = entry
  return {
    ...common,
    senderId,
    role,
    text: isHidden ? null : text,
    hidden: isHidden,
    replyTo: replyTo === null ? null : { messageId: replyTo.messageId, position: positionText(replyTo.position) },
  }
}

export function replayView ({ sinceStartMs, ...placed }: ReplayedEntry): Static<typeof RoomReplayMessage> {
  return { ...messageView(placed), sinceStartMs }
}

export function reportView ({ messageId, position, senderId, text, reports }: ShownReport): Static<typeof RoomReports>['items'][number] {
  return { messageId, position: positionText(position), senderId, text, reports: [...reports] }
}

export function positionText ({ page, index }: Position): string {
  return `${page}.${index}`
}

/** A position that its schema has checked. */
export function positionOf (text: string): Position {
  const [page, index] = text.split('.')
  return { page: Number(page), index: Number(index) }
}

type DetailsBody = Omit<Static<typeof EditRoomBody>, 'version'>

/** What a body says of a room; what it leaves out stays out. */
export function detailsIn ({ title, description, category, coverUrl, visibility, startsAt, products, settings }: DetailsBody) {
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(category !== undefined && { category }),
    ...(coverUrl !== undefined && { coverUrl }),
    ...(visibility !== undefined && { visibility }),
    ...(startsAt !== undefined && { startsAt: startsAt === null ? null : laterBy(startsAt, 0) }),
    ...(products !== undefined && { products: products.map(productIn) }),
    ...(settings !== undefined && { settings }),
  }
}

export function newDetails ({ title, ...body }: Static<typeof CreateRoomBody>): RoomDetails & { readonly settings: Partial<RoomSettings> } {
  return { description: null, category: null, coverUrl: null, visibility: 'public', startsAt: null, products: [], settings: {}, ...detailsIn(body), title }
}

function productIn ({ imageUrl, url, soldOut = false, ...product }: NonNullable<DetailsBody['products']>[number]): Product {
  return { ...product, imageUrl: imageUrl ?? null, url: url ?? null, soldOut }
}
