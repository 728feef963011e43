import fc from 'fast-check'
import { PASSWORD } from '../support/accounts.js'
import { ADMIN_TOKEN } from '../support/service.js'
import { Known } from './known.js'
import { ROOM_MESSAGE } from './trouble.js'

const known = () => fc.nat(40).map((nth) => new Known(nth))

export const PARCEL = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }
export const PARTY = { contactName: 'Ada', phone: '0532 123 45 67', line1: 'Sokak 1', district: 'Kadıköy', city: 'İstanbul', country: 'TR' }
const MANUAL = { carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP1' }

/** Bodies that succeed, for operations in which a random body of the schema hardly ever does. */
export const SITUATIONS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  verifyEmail: fc.record({ token: known(), password: known() }, { requiredKeys: ['token'] }),
  login: fc.oneof(
    fc.constantFrom('ayse', 'mehmet').map((name) => ({ email: `${name}@example.com`, password: PASSWORD })),
    fc.record({ email: fc.nat(99_999).map((number) => `payer${number}@example.com`), password: fc.string({ minLength: 1, maxLength: 40 }) })
  ),
  enterConsole: fc.constantFrom<object>({ token: ADMIN_TOKEN }, { email: 'admin@example.com', password: PASSWORD }, { email: 'nobody@example.com', password: PASSWORD, code: '042137' }),
  refreshSession: fc.record({ refreshToken: known() }),
  logout: fc.record({ refreshToken: known() }),
  forgotPassword: fc.record({ email: fc.oneof(known(), fc.nat(99_999).map((number) => `payer${number}@example.com`)) }),
  resetPassword: fc.record({ token: known(), password: fc.constant(PASSWORD) }),
  changeEmail: fc.record({ email: fc.nat(99_999).map((number) => `payer${number}@example.com`), password: fc.constant(PASSWORD) }),
  changePassword: fc.record({ password: fc.constant(PASSWORD), newPassword: fc.constant(PASSWORD) }),
  confirmPhone: fc.record({ code: known() }),
  beginSecondFactor: fc.record({ password: fc.constant(PASSWORD) }),
  confirmSecondFactor: fc.record({ code: known() }),
  endSecondFactor: fc.record({ password: fc.constant(PASSWORD), code: known() }),
  stepUp: fc.record({ code: known() }),
  deleteAccount: fc.record({ password: fc.constant(PASSWORD) }),
  handleWebhook: webhooks(),
  handleProviderWebhook: webhooks(),
  handleVideoWebhook: fc.record({ id: fc.uuid(), event: fc.constantFrom('track_published', 'track_unpublished', 'room_finished', 'participant_joined'), room: fc.record({ name: known() }) }),
  refundPayment: fc.record({ amount: fc.integer({ min: 1, max: 50 }), reason: fc.constant('one arrived broken') }, { requiredKeys: [] }),
  quoteShipment: fc.constant({ parcels: [PARCEL], recipient: PARTY, sender: PARTY }),
  createShipment: fc.constantFrom<object>(MANUAL, MANUAL, ...['sim_ok', 'sim_timeout_created', 'sim_refused', 'sim_cancel_refused'].map((service) => ({ service, parcels: [PARCEL], recipient: PARTY, sender: PARTY }))),
  askReturn: fc.constant({ reason: 'too small' }),
  acceptReturn: fc.constantFrom<object>(MANUAL, { service: 'sim_ok', parcels: [PARCEL], recipient: PARTY, sender: PARTY }),
  createRoom: fc.record({ title: fc.constantFrom('Scarves', 'Kışlık atkılar'), streamerId: known() }),
  editRoom: fc.record({ version: fc.integer({ min: 2, max: 5 }), settings: fc.record({ slowModeS: fc.constantFrom(0, 1) }) }),
  pinInRoom: fc.constantFrom({ productIds: [] }, { message: null }, { message: { messageId: ROOM_MESSAGE, position: '3.0' } }),
  sendRoomMessage: fc.record({ text: fc.constantFrom('merhaba', 'kaç lira?'), clientMessageId: fc.uuid(), replyTo: fc.constant({ messageId: ROOM_MESSAGE, position: '3.0' }) }, { requiredKeys: ['text'] }),
  createApiKey: fc.record({ name: fc.constantFrom('bookkeeping', 'muhasebe'), scopes: fc.constantFrom(['read'], ['read', 'refund']), networks: fc.constantFrom([], ['10.0.0.0/8', '::1']), expiresInDays: fc.integer({ min: 1, max: 366 }) }, { requiredKeys: ['name', 'scopes', 'expiresInDays'] }),
  createChannel: fc.record({ name: fc.constantFrom('Scarves', 'Atkılar'), kind: fc.constantFrom('public', 'private') }),
  editChannel: fc.record({ version: fc.integer({ min: 1, max: 3 }), name: fc.constant('Hats') }),
  readChannel: fc.record({ position: fc.constantFrom('3.0', '3.0', '4.0') }),
  sendChannelMessage: fc.record({ text: fc.constantFrom('merhaba', 'kim gördü?'), clientMessageId: fc.uuid(), replyTo: fc.constant({ messageId: ROOM_MESSAGE, position: '3.0' }) }, { requiredKeys: ['text'] }),
  useMinutes: fc.record({ minutes: fc.integer({ min: 1, max: 3 }), broadcastId: fc.constant('live-7') }),
}

/** The parameter that contradicts the rest of a request, by its operation. */
export const CONTRARY: Readonly<Record<string, (values: Readonly<Record<string, unknown>>, body: unknown) => string | null>> = {
  sendMessage: (_values, body) => (body as { clientMessageId?: string }).clientMessageId === undefined ? null : 'idempotency-key',
  exportPayments: ({ format }) => format === 'ndjson' ? 'bom' : null,
  listAudit: ({ actorId, targetId }) => actorId !== undefined && targetId !== undefined ? 'targetId' : null,
  exportRoom: ({ format }) => format === 'ndjson' ? 'bom' : null,
}

/** Events of the simulator, of any type and payment. */
function webhooks (): fc.Arbitrary<unknown> {
  return fc.record({
    type: fc.constantFrom('payment.succeeded', 'payment.failed', 'payment.processing', 'refund.succeeded', 'refund.failed', 'dispute.opened', 'dispute.won', 'something.else'),
    timestamp: fc.constant('2026-03-01T12:00:00.000Z'),
    data: fc.record({ paymentId: known(), reference: fc.constantFrom('ref_1', 'ref_2'), amount: fc.integer({ min: 1, max: 500 }), currency: fc.constantFrom('TRY', 'USD') }, { requiredKeys: ['paymentId'] }),
  })
}
