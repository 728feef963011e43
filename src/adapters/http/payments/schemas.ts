import { Type } from '@sinclair/typebox'
import { AMOUNT_MAX } from '#domain/money.js'
import { ITEM_NAME_MAX_CHARACTERS, ITEM_QUANTITY_MAX, ITEMS_MAX, ORDER_ID_PATTERN } from '#domain/payments/order.js'
import { PAYMENT_FLAGS, PAYMENT_STATUSES } from '#domain/payments/payment.js'
import { pageQuery, staleListOf } from '../shared/lists.js'
import { Phone } from '../shared/phone.js'
import { Email, EntityId, known, Metadata, nullable, oneOf, ProviderName, ref, strict, Timestamp, UserId } from '../shared/schemas.js'
import { Fulfillment } from './fulfillment-schema.js'
import { NextAction } from './next-action.js'
import { DISPUTE, Failure, REFUND, Sum } from './reversal-schemas.js'

export const Amount = Type.Integer({ minimum: 1, maximum: AMOUNT_MAX, description: 'Minor units, such as kuruş, cents or fils' })
const BESIDE = { minimum: 0, maximum: AMOUNT_MAX }
const Beside = Type.Integer({ ...BESIDE, description: 'Minor units, beside the items' })
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'Three capital letters of ISO 4217, such as TRY' })
export const Status = oneOf(PAYMENT_STATUSES)
const Name = Type.String({ minLength: 1, maxLength: 120 })
const Line = Type.String({ minLength: 1, maxLength: 240 })

const Address = Type.Object({
  contactName: Name,
  address: Line,
  city: Name,
  country: Name,
  zipCode: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
}, { title: 'Address', ...strict })

const DeliveryAddress = Type.Object({
  ...Address.properties,
  district: Type.Optional(Name),
  phone: Type.Optional(Phone),
}, { title: 'DeliveryAddress', ...strict, description: 'Carriers need `phone` and `district` too' })

const Buyer = Type.Object({
  name: Name,
  surname: Name,
  email: Email,
  phone: Type.Optional(Phone),
  identityNumber: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{5,20}$', description: '5 to 20 letters and digits. It is passed to the provider, never stored' })),
  address: Line,
  city: Name,
  country: Name,
  zipCode: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
}, { title: 'Buyer', ...strict })

const Item = Type.Object({
  name: Type.String({ minLength: 1, maxLength: ITEM_NAME_MAX_CHARACTERS }),
  quantity: Type.Integer({ minimum: 1, maximum: ITEM_QUANTITY_MAX }),
  unitAmount: Amount,
}, { title: 'Item', ...strict })

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
  taken: { amount: 12500, currency: 'TRY', reference: 'sim_0193589e9d6c7c1e8a430c8f5a3d2b10', installments: 1 },
  causes: [],
  installments: 1,
  discountAmount: 0,
  shippingAmount: 0,
  taxAmount: 0,
  expiresAt: null,
  orderSigned: false,
  roomId: null,
  productId: null,
  provider: 'simulator',
  providerReference: 'sim_0193589e9d6c7c1e8a430c8f5a3d2b10',
  nextAction: null,
  failure: null,
  flags: [],
  description: 'Blue scarf',
  items: [{ name: 'Scarf', quantity: 1, unitAmount: 12500 }],
  metadata: {},
  shippingAddress: null,
  fulfillment: { status: 'not_needed', shipments: [] },
  createdAt: '2026-11-23T13:00:00.000Z',
  updatedAt: '2026-11-23T13:00:00.120Z',
}

/** A payment whose outcome is not known yet, and one that the payer continues. */
const pendingPayment = { ...examplePayment, status: 'pending', taken: null, providerReference: null }
const openPayment = { ...pendingPayment, status: 'requires_action', nextAction: { type: 'redirect', url: 'https://pay.example/checkout/0193589e' } }

export const StoredAddress = Type.Object({
  contactName: Type.String(),
  address: Type.String(),
  city: Type.String(),
  country: Type.String(),
  zipCode: Type.Optional(Type.String()),
  district: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String({ description: 'E.164' })),
}, { title: 'StoredAddress' })

export const Payment = Type.Object({
  paymentId: Type.String(),
  orderId: Type.String(),
  userId: Type.String({ description: 'The payer' }),
  sellerId: nullable(Type.String()),
  amount: Sum,
  currency: Type.String(),
  status: known(PAYMENT_STATUSES, 'treat one you do not know as `pending`'),
  refundedAmount: Sum,
  refunds: Type.Array(Type.Object(REFUND, { title: 'Refund' })),
  disputes: Type.Array(Type.Object(DISPUTE, { title: 'Dispute' })),
  taken: nullable(Type.Object({
    amount: Sum,
    currency: Type.String(),
    reference: Type.String({ description: 'The id of the charge at the provider' }),
    installments: Type.Integer({ minimum: 1 }),
  }, { title: 'TakenAmount', description: 'What the provider took from the payer, which may differ from `amount`' })),
  causes: Type.Array(Type.Object({
    flag: known(PAYMENT_FLAGS, 'ignore one you do not know'),
    reference: nullable(Type.String({ description: 'The id at the provider of the charge, refund or dispute, or the id of the other payment' })),
    amount: nullable(Sum),
    at: Timestamp,
    decision: nullable(known(['accept', 'dismiss'], 'treat one you do not know as decided')),
    decided: Type.Optional(Type.Object({
      by: nullable(Type.String({ description: 'The administrator, or the id of an API key; null for the shared token' })),
      at: Timestamp,
      note: Type.String(),
    }, { title: 'FlagDecision', description: 'For administrators alone. Absent until the decision, and where it is from before this was kept' })),
  }, { title: 'FlagCause' }), { description: 'What raised each flag, oldest first. Payments from before 0.2.0 may have flags without causes' }),
  installments: Type.Integer({ minimum: 1, description: 'The highest count that the payer may choose' }),
  discountAmount: Sum,
  shippingAmount: Sum,
  taxAmount: Sum,
  expiresAt: nullable(Timestamp),
  orderSigned: Type.Boolean({ description: 'Whether the shop signed the order' }),
  roomId: nullable(Type.String({ description: 'The room in which the order was placed' })),
  productId: nullable(Type.String({ description: 'The product of the room' })),
  provider: Type.String(),
  providerReference: nullable(Type.String()),
  nextAction: nullable(NextAction),
  failure: nullable(Failure),
  flags: Type.Array(known(PAYMENT_FLAGS, 'ignore one you do not know')),
  description: nullable(Type.String()),
  items: Type.Array(Type.Object({ name: Type.String(), quantity: Type.Integer(), unitAmount: Sum }, { title: 'PaymentItem' })),
  metadata: Metadata,
  shippingAddress: nullable(StoredAddress),
  fulfillment: Fulfillment,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  earlier: Type.Optional(Type.Boolean({ description: 'Present, and true, where the earlier application stored the payment. The service changes it only by refunds of administrators' })),
  amountAssumed: Type.Optional(Type.Boolean({ description: 'Beside `earlier`: true where the amounts are only taken to be in this unit and currency' })),
}, { $id: 'Payment', examples: [examplePayment] })

/** The answers that say how a payment stands, with an example of each. */
export const PAID_OR_OPEN = { ...ref(Payment), examples: [examplePayment, openPayment] }
export const PENDING = { ...ref(Payment), examples: [pendingPayment] }

/** A condition on an object: it has these fields. */
function having (...names: string[]) {
  return { properties: Object.fromEntries(names.map((name) => [name, {}])), required: names }
}

export const ProcessPaymentBody = Type.Object({
  expiresInMinutes: Type.Optional(Type.Integer({
    minimum: 30,
    maximum: 1440,
    description: 'How long the payer has to pay. Then the payment is closed at the provider, and its page is not offered any more. Default: the time that the operator has set',
  })),
  roomId: Type.Optional(Type.String({ ...EntityId, description: 'The room in which the order is placed, live or not. It counts there' })),
  productId: Type.Optional(Type.String({ ...EntityId, description: 'A product of the room' })),
  orderToken: Type.Optional(Type.String({
    pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$',
    maxLength: 48 * 1024,
    description: 'The order as the shop has signed it: a JWT of at most 48 KiB. It has the claims orderId, amount, currency, sellerId and items, and sub if one user alone may pay. ' +
      'With it, this request may leave out the fields of the same names, and has to agree where it repeats them',
  })),
  amount: Type.Optional(Amount),
  currency: Type.Optional(Currency),
  orderId: Type.Optional(Type.String({ pattern: ORDER_ID_PATTERN, description: 'The id of the order: 1 to 64 visible ASCII characters' })),
  provider: Type.Optional(Type.String({ ...ProviderName, description: `${ProviderName.description}. Default: the first configured provider that accepts the currency` })),
  paymentMethod: Type.Optional(Type.Object({ token: Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$', description: 'The token: 1 to 255 visible ASCII characters' }) }, {
    title: 'PaymentMethod',
    ...strict,
    description: 'A token of the provider, never a card. Without it the payer enters the card on a page of the provider',
  })),
  sellerId: Type.Optional(UserId),
  description: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  items: Type.Optional(Type.Array(Item, { minItems: 1, maxItems: ITEMS_MAX, description: 'Items − `discountAmount` + `shippingAmount` + `taxAmount` = `amount`' })),
  discountAmount: Type.Optional(Beside),
  shippingAmount: Type.Optional(Beside),
  taxAmount: Type.Optional(Type.Integer({ ...BESIDE, description: 'Minor units. Only where the prices of the items do not contain the tax' })),
  installments: Type.Optional(Type.Unsafe<number>({
    type: 'integer',
    enum: [1, 2, 3, 6, 9, 12],
    description: 'The highest count of installments that the payer may choose on the page of the provider. Default: 1. Only with a provider that takes installments',
  })),
  metadata: Type.Optional(Metadata),
  returnUrl: Type.Optional(Type.String({ format: 'uri', maxLength: 2048, description: 'An address of at most 2,048 characters, to which the payer returns from a page of the provider. Its origin has to be on the list of the operator' })),
  buyer: Type.Optional(Buyer),
  billingAddress: Type.Optional(Address),
  shippingAddress: Type.Optional(DeliveryAddress),
  allowAnother: Type.Optional(Type.Boolean({ description: 'Charges the order once more, although it is paid. The payer has to want this' })),
}, {
  $id: 'ProcessPaymentBody',
  ...strict,
  if: having('orderToken'),
  else: having('amount', 'currency', 'orderId'),
  examples: [
    { amount: 12500, currency: 'TRY', orderId: 'order-1001', sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' } },
    { orderToken: 'eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJiYXN2aWRlby1vcmRlcnMifQ.c2lnbmF0dXJl', paymentMethod: { token: 'tok_ok' } },
    {
      amount: 12000,
      currency: 'TRY',
      orderId: 'order-1002',
      sellerId: 'mehmet',
      items: [{ name: 'Scarf', quantity: 1, unitAmount: 12500 }],
      discountAmount: 2500,
      shippingAmount: 2000,
      installments: 6,
    },
  ],
})

export const RefundPaymentBody = Type.Object({
  amount: Type.Optional(Amount),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  providerReference: Type.Optional(Type.String({
    pattern: '^[\\x21-\\x7e]{1,255}$',
    description: 'The id of the charge at the provider: 1 to 255 visible ASCII characters. A payment of the earlier application needs it; where another one has it, it has to be that of the payment',
  })),
}, { $id: 'RefundPaymentBody', ...strict, examples: [{ amount: 2500, reason: 'one arrived broken' }] })

export const PaymentList = staleListOf('PaymentList', Payment)

export const ListPaymentsQuery = pageQuery({ status: Type.Optional(Status) })
export const PaymentParams = Type.Object({ paymentId: EntityId })
