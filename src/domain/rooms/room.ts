import { DomainError } from '../errors.js'
import { wordsOf } from '../fold.js'
import { money, type Money } from '../money.js'
import type { Timestamp } from '../time.js'

/*
 * The states of a room:
 *
 *   scheduled ── start ──▶ live ── end ──▶ ended
 *       └────── cancel ──▶ canceled
 *
 * Nothing returns from `ended` or `canceled`. Each step may be repeated: the repeat changes nothing.
 */
export const ROOM_STATUSES = ['scheduled', 'live', 'ended', 'canceled'] as const
export type RoomStatus = typeof ROOM_STATUSES[number]

/** Who or what ended a room: the streamer, an administrator, the end of the minutes, the longest time of a broadcast, or a streamer who was away. */
export const ENDED_REASONS = ['streamer', 'moderator', 'minutes_exhausted', 'abandoned', 'streamer_absent'] as const

export const VISIBILITIES = ['public', 'unlisted'] as const

export const ORDER_ANNOUNCEMENTS = ['off', 'anonymous'] as const

export const PRODUCTS_MAX = 100
export const PINNED_PRODUCTS_MAX = 3
export const WORDS_MAX = 200
export const SLOW_MODE_MAX_S = 120
export const TEXT_MAX_CHARACTERS = 500

export interface Product {
  readonly productId: string
  readonly name: string
  readonly price: Money
  readonly imageUrl: string | null
  readonly url: string | null
  readonly soldOut: boolean
}

/** Where an entry lies in the feed of its room. */
export interface Position {
  /** The number of its page, from 1. */
  readonly page: number
  /** Its place in the page, from 0. */
  readonly index: number
}

/** A message by its id and its place. The entry there has this id, or there is no such message. */
export interface MessagePlace {
  readonly messageId: string
  readonly position: Position
}

export interface RoomSettings {
  /** Seconds between two messages of one viewer; 0 sets none. */
  readonly slowModeS: number
  readonly messageMaxCharacters: number
  /** Words and runs of words that no message of viewers and moderators may hold, each folded. */
  readonly words: readonly string[]
  /** People whose reports hide a message until a moderator looks; 0 hides none. */
  readonly autoHideReports: number
  /** Whether the chat shows that something was bought. People are never named. */
  readonly announceOrders: typeof ORDER_ANNOUNCEMENTS[number]
}

export const FIRST_SETTINGS: RoomSettings = { slowModeS: 0, messageMaxCharacters: 300, words: [], autoHideReports: 3, announceOrders: 'anonymous' }

/** What a streamer says of a room. */
export interface RoomDetails {
  readonly title: string
  readonly description: string | null
  readonly category: string | null
  readonly coverUrl: string | null
  readonly visibility: typeof VISIBILITIES[number]
  readonly startsAt: Timestamp | null
  readonly products: readonly Product[]
}

/** One live broadcast with its chat. */
export interface Room extends RoomDetails {
  readonly roomId: string
  readonly streamerId: string
  readonly settings: RoomSettings
  readonly pinned: {
    readonly productIds: readonly string[]
    readonly message: MessagePlace | null
  }
  readonly status: RoomStatus
  readonly startedAt: Timestamp | null
  readonly endedAt: Timestamp | null
  readonly endedReason: typeof ENDED_REASONS[number] | null
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each change; 1 at first. */
  readonly version: number
  /** Digest of the request that created it. */
  readonly fingerprint: string
}

/** What lists show of a room. */
export type RoomSummary = Omit<Room, 'description' | 'products' | 'settings' | 'pinned' | 'fingerprint'>

/** A scheduled room. @throws what `checkProducts` throws */
export function newRoom (details: RoomDetails & { readonly settings: Partial<RoomSettings> }, ids: Pick<Room, 'roomId' | 'streamerId' | 'fingerprint'>, now: Timestamp): Room {
  checkProducts(details.products)
  return {
    ...ids,
    ...details,
    settings: withSettings(FIRST_SETTINGS, details.settings),
    pinned: { productIds: [], message: null },
    status: 'scheduled',
    startedAt: null,
    endedAt: null,
    endedReason: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
}

export type RoomEdit = Partial<RoomDetails> & { readonly settings?: Partial<RoomSettings> }

/** @throws room_state, and what `checkProducts` throws */
export function editedRoom (room: Room, { settings = {}, ...details }: RoomEdit, now: Timestamp): Room {
  requireOpen(room)
  const { products = room.products } = details
  checkProducts(products)
  const isThere = (productId: string): boolean => products.some((product) => product.productId === productId)
  const pinned = { ...room.pinned, productIds: room.pinned.productIds.filter(isThere) }
  return changedRoom(room, { ...details, settings: withSettings(room.settings, settings), pinned }, now)
}

/** @throws room_state, product_unknown */
export function pinnedRoom (room: Room, pinned: Partial<Room['pinned']>, now: Timestamp): Room {
  requireOpen(room)
  const isUnknown = (productId: string): boolean => !room.products.some((product) => product.productId === productId)
  if (pinned.productIds?.some(isUnknown) === true) throw new DomainError('product_unknown', 'the room has no product of this id')
  return changedRoom(room, { pinned: { ...room.pinned, ...pinned } }, now)
}

/** @throws room_state */
export function startedRoom (room: Room, now: Timestamp): Room {
  if (room.status === 'live') return room
  if (room.status !== 'scheduled') throw wrongState('only a scheduled room starts')
  return changedRoom(room, { status: 'live', startedAt: now }, now)
}

/** @param endedAt an earlier end than now, where the service noticed late. @throws room_state */
export function endedRoom (room: Room, endedReason: NonNullable<Room['endedReason']>, now: Timestamp, endedAt: Timestamp = now): Room {
  if (room.status === 'ended') return room
  if (room.status !== 'live') throw wrongState('only a live room ends')
  return changedRoom(room, { status: 'ended', endedAt, endedReason }, now)
}

/** @throws room_state */
export function canceledRoom (room: Room, now: Timestamp): Room {
  if (room.status === 'canceled') return room
  if (room.status !== 'scheduled') throw wrongState('only a scheduled room can be canceled')
  return changedRoom(room, { status: 'canceled' }, now)
}

function requireOpen ({ status }: Room): void {
  if (status !== 'scheduled' && status !== 'live') throw wrongState('the room is over')
}

function wrongState (detail: string): DomainError {
  return new DomainError('room_state', detail)
}

function changedRoom (room: Room, fields: Partial<Room>, now: Timestamp): Room {
  return { ...room, ...fields, updatedAt: now > room.updatedAt ? now : room.updatedAt, version: room.version + 1 }
}

/** @throws invalid_amount, unsupported_currency, product_repeated */
function checkProducts (products: readonly Product[]): void {
  for (const { price: { amount, currency } } of products) money(amount, currency)
  if (new Set(products.map(({ productId }) => productId)).size < products.length) throw new DomainError('product_repeated', 'two products have the same id')
}

function withSettings (before: RoomSettings, { words = before.words, ...rest }: Partial<RoomSettings>): RoomSettings {
  return { ...before, ...rest, words: [...new Set(words.map(foldedRun).filter((run) => run !== ''))] }
}

/** The words of a text in the form in which they are compared. */
function foldedRun (text: string): string {
  return wordsOf(text).join(' ')
}

export function holdsBlockedWord ({ words }: RoomSettings, text: string): boolean {
  if (words.length === 0) return false
  const folded = ` ${foldedRun(text)} `
  return words.some((run) => folded.includes(` ${run} `))
}
