import { OPTIONAL_KINDS } from '#domain/notifications/notification.js'
import { PASSWORD } from './accounts.js'
import { lately, signOrder } from './order-tokens.js'

const SCARF = { name: 'Scarf', quantity: 1, unitAmount: 500 }
const ROOM = {
  title: 'Winter scarves',
  description: 'Wool and silk',
  category: 'fashion',
  coverUrl: 'https://cdn.example/cover.png',
  visibility: 'public',
  startsAt: '2126-12-01T18:00:00Z',
  products: [{ productId: 'p-1', name: 'Scarf', price: { amount: 500, currency: 'TRY' }, imageUrl: 'https://cdn.example/1.png', url: 'https://shop.example/1', soldOut: false }],
  settings: { slowModeS: 1, messageMaxCharacters: 300, words: ['spam'], autoHideReports: 3, announceOrders: 'off' },
}
const PLACE = { messageId: 'msg_none', position: '9.0' }
const ADDRESS = { contactName: 'Ada', address: 'Sokak 1', city: 'İzmir', country: 'Türkiye', zipCode: '35000' }

const PARCEL = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }
const PARTY = { contactName: 'Ada', company: 'Ada Ltd.', phone: '+90 555 123 45 67', email: 'ada@example.com', line1: 'Sokak 1', line2: 'Kat 2', district: 'Kadıköy', city: 'İstanbul', zipCode: '34000', country: 'TR' }

/** A valid body with every field, for each schema of a request. Tests spoil each of its fields. */
export const BODIES: Record<string, Record<string, unknown>> = {
  SendMessageBody: { receiverId: 'bora', message: 'merhaba', type: 'text', metadata: { a: [1] }, clientMessageId: 'k-1' },
  ProcessPaymentBody: {
    orderToken: signOrder({ aud: 'basvideo-orders', amount: 500, currency: 'TRY', orderId: 'order-1', sellerId: 'sela', items: [SCARF], ...lately() }),
    amount: 500,
    currency: 'TRY',
    orderId: 'order-1',
    provider: 'simulator',
    paymentMethod: { token: 'tok_ok' },
    sellerId: 'sela',
    description: 'Blue scarf',
    items: [SCARF],
    metadata: { a: [1] },
    returnUrl: 'https://shop.example/back',
    buyer: {
      name: 'Ada', surname: 'Yılmaz', email: 'ada@example.com', phone: '+90 555 123 45 67', identityNumber: '11111111110', address: 'Sokak 1', city: 'İzmir', country: 'Türkiye', zipCode: '35000',
    },
    billingAddress: ADDRESS,
    shippingAddress: { ...ADDRESS, district: 'Konak', phone: '+905321234567' },
    discountAmount: 0,
    shippingAmount: 0,
    taxAmount: 0,
    installments: 3,
    allowAnother: false,
    expiresInMinutes: 30,
    roomId: 'room_none',
    productId: 'p-1',
  },
  ListInstallmentsBody: { amount: 500, currency: 'TRY', bin: '554960' },
  QuoteShipmentBody: { carrier: 'simulator', parcels: [PARCEL], recipient: PARTY, sender: PARTY },
  CreateShipmentBody: { carrier: 'simulator', service: 'sim_ok', price: { amount: 7000, currency: 'TRY' }, parcels: [PARCEL], items: [{ index: 0, quantity: 1 }], recipient: PARTY, sender: PARTY, carrierName: 'Simulator', trackingNumber: 'SIM1', trackingUrl: 'https://carrier.example/SIM1' },
  AskReturnBody: { items: [{ index: 0, quantity: 1 }], reason: 'too small' },
  AcceptReturnBody: { carrier: 'simulator', service: 'sim_ok', price: { amount: 7000, currency: 'TRY' }, parcels: [PARCEL], recipient: PARTY, sender: PARTY, carrierName: 'Simulator', trackingNumber: 'SIM1', trackingUrl: 'https://carrier.example/SIM1' },
  DeclineReturnBody: { reason: 'it was worn' },
  ReportEventBody: { kind: 'in_transit', occurredAt: '2026-11-24T09:12:00.000Z', note: 'at the counter' },
  ResolveShipmentBody: { as: 'lost', note: 'the carrier has paid for it' },
  RefundPaymentBody: { amount: 100, reason: 'one arrived broken', providerReference: 'sim_1' },
  ResolveRefundBody: { as: 'failed', note: 'not on the statement' },
  ResolveFlagBody: { decision: 'accept', note: 'the shop delivers' },
  RecordDisputeBody: { disputeId: 'cb-1', amount: 100, status: 'prevented', charge: 'sim_2', note: 'letter of the bank' },
  AddStreamerBody: { email: 'ada@example.com', minutes: 60, amount: 500, currency: 'TRY', note: 'by bank transfer' },
  UseMinutesBody: { minutes: 1, broadcastId: 'live-7' },
  CreateRoomBody: { ...ROOM, streamerId: 'str_none', copyModeratorsFrom: 'room_none' },
  EditRoomBody: { ...ROOM, version: 1 },
  PinBody: { productIds: ['p-1'], message: PLACE },
  SendRoomMessageBody: { text: 'merhaba', clientMessageId: 'k-1', replyTo: PLACE },
  AnnounceBody: { text: 'Free shipping until ten' },
  ReportRoomMessageBody: { reason: 'spam', note: 'always the same' },
  ResolveRoomReportBody: { action: 'dismiss' },
  CreateChannelBody: { name: 'Scarf lovers', kind: 'private' },
  EditChannelBody: { version: 1, name: 'Scarves and hats' },
  ChannelRoleBody: { role: 'member' },
  SendChannelMessageBody: { text: 'merhaba', clientMessageId: 'k-1', replyTo: PLACE },
  ReadChannelBody: { position: '12.0' },
  RoomSanctionBody: { minutes: 10, reason: 'spam' },
  NotificationPreferences: {
    kinds: Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, { email: false, sms: true }])),
    quietHours: { from: '22:00', to: '08:00' },
    timeZone: 'Europe/Istanbul',
    locale: 'en',
  },
  SetSenderAddressBody: {
    contactName: 'Ada', company: 'Ada Atkı', phone: '+905321234567', email: 'ada@example.com', line1: 'Sokak 1', line2: 'Kat 2', district: 'Konak', city: 'İzmir', zipCode: '35000', country: 'TR',
  },
  RegisterBody: { email: 'ada@example.com', password: PASSWORD, name: 'Ada', locale: 'tr' },
  VerifyEmailBody: { token: 'usr_none.secret', password: PASSWORD },
  EnterConsoleBody: { email: 'nobody@example.com', password: PASSWORD, code: '042137', token: 'a.b.c', link: 'none' },
  LoginBody: { email: 'nobody@example.com', password: PASSWORD },
  RefreshTokenBody: { refreshToken: 'ses_none' },
  ForgotPasswordBody: { email: 'nobody@example.com' },
  ResetPasswordBody: { token: 'usr_none.secret', password: PASSWORD },
  ChangeEmailBody: { email: 'ada@home.example', password: PASSWORD },
  ChangePasswordBody: { password: PASSWORD, newPassword: `${PASSWORD} 2` },
  DeleteAccountBody: { password: PASSWORD },
  ErasePersonBody: { email: 'gone@example.com' },
  UpdateProfileBody: { name: 'Ada', locale: 'tr', phone: '+905321234567' },
  PhoneBody: { phone: '0532 123 45 67' },
  ConfirmPhoneBody: { code: '042137' },
  AdministerUserBody: { status: 'active', role: 'user' },
  CreateApiKeyBody: { name: 'bookkeeping', scopes: ['read', 'export'], networks: ['10.0.0.0/8'], expiresInDays: 30 },
  SetErrorStateBody: { state: 'muted' },
}
