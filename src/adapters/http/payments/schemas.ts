import { Type } from '@sinclair/typebox'
import { AMOUNT_MAX } from '#domain/money.js'
import { PAYMENT_FLAGS, PAYMENT_STATUSES } from '#domain/payments/payment.js'
import { EntityId, Metadata, NextCursor, nullable, oneOf, pageQuery, problemSchema, ref, Stale, Timestamp, UserId } from '../shared/schemas.js'

const Amount = Type.Integer({ minimum: 1, maximum: AMOUNT_MAX, description: 'Minor units: kuruş, cents, fils' })
const Sum = Type.Integer({ minimum: 0, description: 'Minor units' })
const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
export const Status = oneOf(PAYMENT_STATUSES)
export const Flag = oneOf(PAYMENT_FLAGS)
const Name = Type.String({ minLength: 1, maxLength: 120 })
const Line = Type.String({ minLength: 1, maxLength: 240 })
const strict = { additionalProperties: false }

const Address = Type.Object({
  contactName: Name,
  address: Line,
  city: Name,
  country: Name,
  zipCode: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
}, strict)

const Buyer = Type.Object({
  name: Name,
  surname: Name,
  email: Type.String({ format: 'email', maxLength: 254 }),
  phone: Type.Optional(Type.String({ pattern: '^\\+?[0-9 ()-]{5,24}$' })),
  identityNumber: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{5,20}$', description: 'Handed to the provider, never kept' })),
  address: Line,
  city: Name,
  country: Name,
  zipCode: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
}, strict)

const Item = Type.Object({
  name: Line,
  quantity: Type.Integer({ minimum: 1, maximum: 10_000 }),
  unitAmount: Amount,
}, strict)

const examplePayment = {
  paymentId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  orderId: 'order-1001',
  userId: 'ayse',
  sellerId: 'mehmet',
  amount: 12500,
  currency: 'TRY',
  status: 'succeeded',
  refundedAmount: 0,
  refunds: [],
  disputes: [],
  provider: 'simulator',
  providerReference: 'sim_0193589e9d6c7c1e8a430c8f5a3d2b10',
  nextAction: null,
  failure: null,
  flags: [],
  description: 'Blue scarf',
  items: [{ name: 'Scarf', quantity: 1, unitAmount: 12500 }],
  metadata: {},
  shippingAddress: null,
  createdAt: '2026-11-23T13:00:00.000Z',
  updatedAt: '2026-11-23T13:00:00.120Z',
}

export const Payment = Type.Object({
  paymentId: Type.String(),
  orderId: Type.String(),
  userId: Type.String({ description: 'Who pays' }),
  sellerId: nullable(Type.String()),
  amount: Sum,
  currency: Type.String(),
  status: Status,
  refundedAmount: Sum,
  refunds: Type.Array(Type.Object({
    refundId: Type.String(),
    amount: Sum,
    status: oneOf(['pending', 'succeeded', 'failed']),
    reason: nullable(Type.String()),
    createdAt: Timestamp,
  })),
  disputes: Type.Array(Type.Object({
    disputeId: Type.String(),
    amount: Sum,
    status: oneOf(['open', 'won', 'lost']),
  })),
  provider: Type.String(),
  providerReference: nullable(Type.String()),
  nextAction: nullable(Type.Object({ type: oneOf(['redirect']), url: Type.String() })),
  failure: nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  flags: Type.Array(Flag),
  description: nullable(Type.String()),
  items: Type.Array(Type.Object({ name: Type.String(), quantity: Type.Integer(), unitAmount: Sum })),
  metadata: Metadata,
  shippingAddress: nullable(Type.Object({
    contactName: Type.String(),
    address: Type.String(),
    city: Type.String(),
    country: Type.String(),
    zipCode: Type.Optional(Type.String()),
  })),
  createdAt: Timestamp,
  updatedAt: Timestamp,
}, { $id: 'Payment', examples: [examplePayment] })

const Problem = problemSchema(ref(Payment))

export const ProcessPaymentBody = Type.Object({
  amount: Amount,
  currency: Currency,
  orderId: Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$' }),
  provider: Type.Optional(Type.String({ pattern: '^[a-z]{1,32}$', description: 'The configured order decides without it' })),
  paymentMethod: Type.Optional(Type.Object({ token: Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }) }, {
    ...strict,
    description: 'A token of the provider, never a card; without it the provider\'s own page takes the card',
  })),
  sellerId: Type.Optional(UserId),
  description: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  items: Type.Optional(Type.Array(Item, { minItems: 1, maxItems: 100, description: 'Their sum has to be the amount' })),
  metadata: Type.Optional(Metadata),
  returnUrl: Type.Optional(Type.String({ format: 'uri', maxLength: 2048, description: 'Its origin has to be on the allow-list' })),
  buyer: Type.Optional(Buyer),
  billingAddress: Type.Optional(Address),
  shippingAddress: Type.Optional(Address),
}, {
  $id: 'ProcessPayment',
  ...strict,
  examples: [{ amount: 12500, currency: 'TRY', orderId: 'order-1001', sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' } }],
})

export const RefundPaymentBody = Type.Object({
  amount: Type.Optional(Amount),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
}, { $id: 'RefundPayment', ...strict, examples: [{ amount: 2500, reason: 'one arrived broken' }] })

export const PaymentList = Type.Object({
  items: Type.Array(ref(Payment)),
  nextCursor: NextCursor,
  stale: Stale,
}, { $id: 'PaymentList', examples: [{ items: [examplePayment], nextCursor: null }] })

/** Of the simulator; other providers send what they document. Read only once the signature over its bytes is right. */
export const ProviderEvent = Type.Object({
  type: Type.String(),
  timestamp: Timestamp,
  data: Type.Object({ paymentId: Type.String(), reference: Type.String(), amount: Sum, currency: Type.String() }, { additionalProperties: true }),
}, {
  $id: 'ProviderEvent',
  description: 'As the provider sends it, under its signature; this is the simulator\'s form',
  examples: [{
    type: 'payment.succeeded',
    timestamp: '2026-11-23T13:00:00.120Z',
    data: { paymentId: examplePayment.paymentId, reference: examplePayment.providerReference, amount: 12500, currency: 'TRY' },
  }],
})

export const WebhookAcknowledgement = Type.Object({
  result: oneOf(['applied', 'duplicate', 'received', 'ignored']),
}, { $id: 'WebhookAcknowledgement', examples: [{ result: 'applied' }] })

export const ListPaymentsQuery = pageQuery({ status: Type.Optional(Status) })
export const PaymentParams = Type.Object({ paymentId: EntityId })
export const WebhookParams = Type.Object({ provider: Type.String({ pattern: '^[a-z]{1,32}$' }) })

/** Those that have a name of their own in the OpenAPI document. */
export const paymentSchemas = [Payment, Problem, ProcessPaymentBody, RefundPaymentBody, PaymentList, ProviderEvent, WebhookAcknowledgement]
