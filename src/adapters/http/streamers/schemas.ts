import { Type, type Static } from '@sinclair/typebox'
import { ENTRY_KINDS, ENTRY_MINUTES_MAX } from '#domain/streamers/streamer.js'
import { AMOUNT_MAX } from '#domain/money.js'
import { Currency, Payment } from '../payments/schemas.js'
import { listOf } from '../shared/lists.js'
import { EntityId, known, nullable, ref, strict, Timestamp } from '../shared/schemas.js'

const Minutes = Type.Integer({ minimum: 1, maximum: ENTRY_MINUTES_MAX })
const Total = Type.Integer({ minimum: 0 })

const exampleStreamer = {
  streamerId: 'str_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  email: 'mehmet@example.com',
  minutesPurchased: 600,
  minutesUsed: 45,
  minutesRemaining: 555,
}

export const Streamer = Type.Object({
  streamerId: Type.String(),
  email: Type.String(),
  minutesPurchased: Total,
  minutesUsed: Total,
  minutesRemaining: Total,
}, { $id: 'Streamer', examples: [exampleStreamer] })

export const StreamerList = listOf('StreamerList', Streamer)

export const AddStreamerBody = Type.Object({
  email: Type.String({ format: 'email', maxLength: 254, description: 'An e-mail address of at most 254 characters: that of the streamer. Case makes no difference' }),
  minutes: Minutes,
  amount: Type.Optional(Type.Integer({ minimum: 1, maximum: AMOUNT_MAX, description: 'What was paid, in minor units. Without it the minutes are free' })),
  currency: Type.Optional(Type.String({ ...Currency, description: 'Three capital letters of ISO 4217, such as TRY. Required with an amount' })),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
}, { $id: 'AddStreamerBody', ...strict, examples: [{ email: 'mehmet@example.com', minutes: 600, amount: 120000, currency: 'TRY', note: 'by bank transfer' }] })

export const AddedStreamer = Type.Object({
  streamer: ref(Streamer),
  payment: Type.Unsafe<Static<typeof Payment> | null>({ anyOf: [ref(Payment), Type.Null()], description: 'Null when the minutes are free' }),
}, { $id: 'AddedStreamer', examples: [{ streamer: exampleStreamer, payment: null }] })

export const UseMinutesBody = Type.Object({
  minutes: Minutes,
  broadcastId: Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$', description: 'An id of 1 to 64 visible ASCII characters' }),
}, { $id: 'UseMinutesBody', ...strict, examples: [{ minutes: 45, broadcastId: 'live-7' }] })

const exampleEntry = {
  entryId: 'led_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  kind: 'spend',
  minutes: 45,
  minutesRemaining: 555,
  paymentId: null,
  broadcastId: 'live-7',
  note: null,
  createdAt: '2026-11-23T13:00:00.000Z',
}

export const LedgerEntry = Type.Object({
  entryId: Type.String(),
  kind: known(ENTRY_KINDS, 'rely on `minutesRemaining`'),
  minutes: Minutes,
  minutesRemaining: Type.Integer({ minimum: 0, description: 'Minutes left after this entry' }),
  paymentId: nullable(Type.String({ description: 'The payment of a credit' })),
  broadcastId: nullable(Type.String({ description: 'The broadcast of a spend' })),
  note: nullable(Type.String()),
  createdAt: Timestamp,
}, { $id: 'LedgerEntry', examples: [exampleEntry] })

export const Ledger = listOf('Ledger', LedgerEntry)

export const StreamerParams = Type.Object({ streamerId: EntityId })
