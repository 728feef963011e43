import { Type } from '@sinclair/typebox'
import { AMOUNT_MAX } from '#domain/money.js'
import { ENDED_REASONS, ORDER_ANNOUNCEMENTS, PINNED_PRODUCTS_MAX, PRODUCTS_MAX, ROOM_STATUSES, SLOW_MODE_MAX_S, TEXT_MAX_CHARACTERS, VISIBILITIES, WORDS_MAX } from '#domain/rooms/room.js'
import { REPORT_REASONS, ROOM_ROLES } from '#domain/rooms/room-entry.js'
import { SHOWN } from '#domain/text.js'
import { Currency } from '../payments/schemas.js'
import { listOf, pageQuery } from '../shared/lists.js'
import { EntityId, known, nullable, oneOf, shownAs, strict, Timestamp, UserId } from '../shared/schemas.js'

const Title = Type.String({ pattern: `^(?=.*${SHOWN})(?:[^\\p{C}]|[\\u200c\\u200d]){1,120}$`, description: 'A title of 1 to 120 characters, of which one can be seen' })
const Description = Type.String({ minLength: 1, maxLength: 2000 })
const Category = Type.String({ pattern: '^[a-z0-9-]{2,40}$', description: '2 to 40 small letters, digits and -' })
const HttpsUrl = Type.String({ pattern: '^https://[\\x21-\\x7e]{1,500}$', description: 'An address that begins with https://, of at most 508 ASCII characters' })
const Moment = Type.String({ format: 'date-time', maxLength: 40, description: 'A moment of ISO 8601, such as 2026-12-01T18:00:00Z' })
const Visibility = oneOf(VISIBILITIES)
const Text = Type.String({ minLength: 1, maxLength: TEXT_MAX_CHARACTERS })
/** Where a message lies: its page, a point, and its place in the page. */
export const PositionText = Type.String({ pattern: '^[1-9][0-9]{0,11}\\.[0-9]{1,3}$', description: 'The `position` of the message, such as 12.0', examples: ['12.0'] })
export const PlaceBody = Type.Object({ messageId: EntityId, position: PositionText }, { ...strict, title: 'MessagePlaceBody' })
export const Place = Type.Object({ messageId: Type.String(), position: Type.String() }, { title: 'MessagePlace' })
const ReportsToHide = Type.Integer({ minimum: 0, maximum: 10, description: 'People whose reports hide a message until a moderator looks; 0 hides none' })

const Product = Type.Object({
  productId: EntityId,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  price: Type.Object({ amount: Type.Integer({ minimum: 1, maximum: AMOUNT_MAX, description: 'Minor units, such as kuruş or cents' }), currency: Currency }, { ...strict, title: 'PriceBody' }),
  imageUrl: Type.Optional(HttpsUrl),
  url: Type.Optional(HttpsUrl),
  soldOut: Type.Optional(Type.Boolean()),
}, { ...strict, title: 'RoomProductBody' })

const Settings = Type.Object({
  slowModeS: Type.Optional(Type.Integer({ minimum: 0, maximum: SLOW_MODE_MAX_S, description: 'Seconds between two messages of one viewer; 0 sets none' })),
  messageMaxCharacters: Type.Optional(Type.Integer({ minimum: 1, maximum: TEXT_MAX_CHARACTERS })),
  words: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: WORDS_MAX, description: 'Words that no message of viewers and moderators may hold, in any case and with any accents' })),
  autoHideReports: Type.Optional(ReportsToHide),
  announceOrders: Type.Optional(oneOf(ORDER_ANNOUNCEMENTS)),
}, { ...strict, title: 'RoomSettingsBody' })

const exampleProduct = { productId: 'scarf-1', name: 'Blue scarf', price: { amount: 25000, currency: 'TRY' }, soldOut: false }
const exampleSummary = {
  roomId: 'room_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  streamerId: 'str_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  title: 'Scarves of the winter',
  category: 'fashion',
  coverUrl: null,
  visibility: 'public',
  status: 'live',
  startsAt: null,
  startedAt: '2026-11-23T13:00:00.000Z',
  endedAt: null,
  endedReason: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  updatedAt: '2026-11-23T13:00:00.000Z',
  version: 2,
}

const SUMMARY = {
  roomId: Type.String(),
  streamerId: Type.String(),
  title: Type.String(),
  category: nullable(Type.String()),
  coverUrl: nullable(Type.String()),
  visibility: known(VISIBILITIES, 'treat one you do not know as `unlisted`'),
  status: known(ROOM_STATUSES, 'treat one you do not know as `ended`'),
  startsAt: nullable(Timestamp),
  startedAt: nullable(Timestamp),
  endedAt: nullable(Timestamp),
  endedReason: nullable(known(ENDED_REASONS, 'show none')),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Type.Integer({ minimum: 1, description: 'Grows with each change. An edit names the version that it changes' }),
}

export const RoomSummary = Type.Object(SUMMARY, { $id: 'RoomSummary', examples: [exampleSummary] })

export const Room = Type.Object({
  ...SUMMARY,
  description: nullable(Type.String()),
  products: Type.Array(Type.Object({
    productId: Type.String(),
    name: Type.String(),
    price: Type.Object({ amount: Type.Integer(), currency: Type.String() }, { title: 'Price' }),
    imageUrl: nullable(Type.String()),
    url: nullable(Type.String()),
    soldOut: Type.Boolean(),
  }, { title: 'RoomProduct' })),
  pinned: Type.Object({
    productIds: Type.Array(Type.String()),
    message: nullable(Place),
  }, { title: 'RoomPins' }),
  viewers: Type.Optional(Type.Integer({ minimum: 0, description: 'People who watch it now, each once; where a room is read, and not where it is changed' })),
  settings: Type.Object({ slowModeS: Type.Integer(), messageMaxCharacters: Type.Integer(), autoHideReports: Type.Integer(), announceOrders: known(ORDER_ANNOUNCEMENTS, 'treat one you do not know as `off`') },
    { title: 'RoomSettings', description: 'The words that the room does not allow are shown to moderators alone, in `RoomStanding`' }),
}, {
  $id: 'Room',
  examples: [{
    ...exampleSummary,
    description: null,
    products: [{ ...exampleProduct, imageUrl: null, url: null }],
    pinned: { productIds: ['scarf-1'], message: null },
    settings: { slowModeS: 0, messageMaxCharacters: 300, autoHideReports: 3, announceOrders: 'anonymous' },
  }],
})

export const RoomList = listOf('RoomList', RoomSummary)

const DETAILS = {
  description: Type.Optional(nullable(Description)),
  category: Type.Optional(nullable(Category)),
  coverUrl: Type.Optional(nullable(HttpsUrl)),
  visibility: Type.Optional(Visibility),
  startsAt: Type.Optional(nullable(Moment)),
  products: Type.Optional(Type.Array(Product, { maxItems: PRODUCTS_MAX })),
  settings: Type.Optional(Settings),
}

export const CreateRoomBody = Type.Object({
  title: Title,
  ...DETAILS,
  copyModeratorsFrom: Type.Optional(EntityId),
  streamerId: Type.Optional(EntityId),
}, { $id: 'CreateRoomBody', ...strict, examples: [{ title: exampleSummary.title, category: 'fashion', products: [exampleProduct] }] })

export const EditRoomBody = Type.Object({
  version: Type.Integer({ minimum: 1, description: 'The version that is edited' }),
  title: Type.Optional(Title),
  ...DETAILS,
}, { $id: 'EditRoomBody', ...strict, examples: [{ version: 2, settings: { slowModeS: 10 } }] })

export const PinBody = Type.Object({
  productIds: Type.Optional(Type.Array(EntityId, { maxItems: PINNED_PRODUCTS_MAX })),
  message: Type.Optional(nullable(PlaceBody)),
}, { $id: 'PinBody', ...strict, minProperties: 1, examples: [{ productIds: ['scarf-1'] }] })

export const SendRoomMessageBody = Type.Object({
  text: Text,
  clientMessageId: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'Your id of the message. A repeat within 10 minutes sends nothing and returns the first message' })),
  replyTo: Type.Optional(PlaceBody),
}, { $id: 'SendRoomMessageBody', ...strict, examples: [{ text: 'Is the blue one still there?', clientMessageId: 'm-1' }] })

export const AnnounceBody = Type.Object({ text: Text }, { $id: 'AnnounceBody', ...strict, examples: [{ text: 'Free shipping until ten' }] })

const exampleMessage = {
  kind: 'message',
  messageId: 'msg_0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10',
  position: '12.0',
  senderId: 'ayse',
  role: 'viewer',
  text: 'Is the blue one still there?',
  hidden: false,
  replyTo: null,
  order: null,
  createdAt: '2026-11-23T13:01:00.000Z',
}

export const RoomMessage = Type.Object({
  kind: known(['message', 'announcement', 'order'], 'show its text'),
  messageId: Type.String(),
  position: Type.String({ description: 'Where the message lies. Requests that name a message name its position too' }),
  senderId: nullable(Type.String({ description: 'Null for the shared token of the operators, and for orders' })),
  role: nullable(known(ROOM_ROLES, 'show none', 'Of the sender when they sent it; null for announcements and orders')),
  text: nullable(Type.String({ description: 'Null when the message is deleted or hidden' })),
  hidden: Type.Boolean({ description: 'Whether reports hide the message until a moderator looks' }),
  replyTo: nullable(Place),
  order: nullable(Type.Object({ productId: nullable(Type.String()), units: Type.Integer() }, { title: 'RoomOrder', description: 'What was bought, where the kind is `order`. It has no sender and no text' })),
  createdAt: Timestamp,
}, { $id: 'RoomMessage', examples: [exampleMessage] })

export const RoomMessageList = listOf('RoomMessageList', RoomMessage)

export const RoomReplayMessage = Type.Object({
  ...RoomMessage.properties,
  sinceStartMs: nullable(Type.Integer({ description: 'Milliseconds from the start of the broadcast to the message; null in the export of a room that has not started' })),
}, { $id: 'RoomReplayMessage', examples: [{ ...exampleMessage, sinceStartMs: 60_000 }] })

export const RoomReplay = listOf('RoomReplay', RoomReplayMessage)

export const ReportBody = Type.Object({
  reason: oneOf(REPORT_REASONS),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
}, { $id: 'ReportRoomMessageBody', ...strict, examples: [{ reason: 'spam' }] })

const exampleReport = { messageId: exampleMessage.messageId, position: '12.0', senderId: 'ayse', text: exampleMessage.text, reports: [{ userId: 'mehmet', reason: 'spam', note: null }] }

export const RoomReports = Type.Object({
  items: Type.Array(Type.Object({
    messageId: Type.String(),
    position: Type.String(),
    senderId: Type.String(),
    text: nullable(Type.String()),
    reports: Type.Array(Type.Object({ userId: Type.String(), reason: known(REPORT_REASONS, 'treat one you do not know as `other`'), note: nullable(Type.String()) }, { title: 'MessageReport' })),
  }, { title: 'ReportedMessage' })),
}, { $id: 'RoomReports', examples: [{ items: [exampleReport] }] })

export const REPORT_ACTIONS = ['dismiss', 'delete', 'mute', 'ban'] as const
export const ResolveReportBody = Type.Object({ action: oneOf(REPORT_ACTIONS) }, { $id: 'ResolveRoomReportBody', ...strict, examples: [{ action: 'delete' }] })

export const SanctionBody = Type.Object({
  minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 * 24 * 60, description: 'How long it lasts. Without it, until it is lifted' })),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Shown to moderators' })),
}, { $id: 'RoomSanctionBody', ...strict, examples: [{ minutes: 10, reason: 'spam' }] })

export const MEMBER_KINDS = ['moderator', 'mute', 'ban'] as const

export const RoomMembers = Type.Object({
  items: Type.Array(Type.Object({
    userId: Type.String(),
    kind: known(MEMBER_KINDS, 'leave it out'),
    until: nullable(Timestamp),
    reason: nullable(Type.String()),
    by: nullable(Type.String({ description: 'Who imposed it' })),
    at: nullable(Timestamp),
  }, { title: 'RoomMember' })),
}, { $id: 'RoomMembers', examples: [{ items: [{ userId: 'ayse', kind: 'mute', until: '2026-11-23T13:11:00.000Z', reason: 'spam', by: 'mehmet', at: '2026-11-23T13:01:00.000Z' }] }] })

export const RoomStanding = Type.Object({
  role: known(ROOM_ROLES, 'treat one you do not know as `viewer`'),
  muted: Type.Boolean(),
  mutedUntil: nullable(Timestamp),
  banned: Type.Boolean(),
  bannedUntil: nullable(Timestamp),
  words: Type.Unsafe<readonly string[] | null>({ type: ['array', 'null'], items: { type: 'string' }, description: 'The words that the room does not allow; null for viewers' }),
  minutesEndAt: nullable(Type.String({ ...Timestamp, description: 'When the broadcast ends unless minutes are credited, from about five minutes before; null otherwise, and for viewers' })),
}, { $id: 'RoomStanding', examples: [{ role: 'viewer', muted: false, mutedUntil: null, banned: false, bannedUntil: null, words: null, minutesEndAt: null }] })

export const ListRoomsQuery = pageQuery({
  status: Type.Optional(oneOf(ROOM_STATUSES)),
  category: Type.Optional(Category),
  streamerId: Type.Optional(EntityId),
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'A part of the title, in any case and with any accents' })),
})
export const ReplayQuery = pageQuery({
  sinceStartMs: Type.Optional(shownAs(
    Type.String({ pattern: '^(0|[1-9][0-9]{0,8})$', description: 'Milliseconds from the start of the broadcast, at which the list begins. Default: 0' }),
    Type.Integer({ minimum: 0, maximum: 999_999_999, default: 0 })
  )),
})
export const ListAllRoomsQuery = pageQuery({
  status: Type.Optional(oneOf(ROOM_STATUSES)),
  streamerId: Type.Optional(EntityId),
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'A part of the title, in any case and with any accents' })),
})
export const MembersQuery = Type.Object({ kind: oneOf(MEMBER_KINDS) }, strict)
export const PositionQuery = Type.Object({ position: PositionText }, strict)
export const RoomParams = Type.Object({ roomId: EntityId })
export const RoomMessageParams = Type.Object({ roomId: EntityId, messageId: EntityId })
export const RoomMemberParams = Type.Object({ roomId: EntityId, userId: UserId })
