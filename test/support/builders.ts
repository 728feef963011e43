import type { PaymentRequest } from '#application/payments/process-payment.js'
import type { Clock, Identity } from '#application/ports/system.js'
import { identity } from '#adapters/system/system.js'
import type { Caller } from '#domain/accounts/session.js'
import { conversationIdOf, type Message } from '#domain/messages/message.js'
import type { Cause, Dispute, Payment, Refund } from '#domain/payments/payment.js'
import { LATER_DISPUTE_FIELDS, LATER_FIELDS, LATER_REFUND_FIELDS } from '#domain/payments/later-fields.js'
import { laterBy, type Timestamp } from '#domain/time.js'

export const START: Timestamp = '2026-03-01T12:00:00.000Z'

export interface SettableClock {
  readonly clock: Clock
  readonly advance: (milliseconds: number) => void
}

/** A clock that stands still until it is moved. */
export function settableClock (start: Timestamp = START): SettableClock {
  let present = start
  return {
    clock: () => present,
    advance: (milliseconds) => { present = laterBy(present, milliseconds) },
  }
}

/** Real digests, and random ids that count: the same run gives the same ids. */
export function countingIdentity (): Identity {
  let count = 0
  return { ...identity, random: (prefix) => `${prefix}_${String(++count).padStart(8, '0')}` }
}

export function aMessage (overrides: Partial<Message> = {}): Message {
  const senderId = overrides.senderId ?? 'ada'
  const receiverId = overrides.receiverId ?? 'bora'
  return {
    messageId: 'msg_1',
    conversationId: conversationIdOf(senderId, receiverId),
    senderId,
    receiverId,
    message: 'merhaba',
    type: 'text',
    metadata: {},
    status: 'sent',
    read: false,
    readAt: null,
    createdAt: START,
    fingerprint: 'fingerprint',
    ...overrides,
  }
}

/** A pending payment of 100.00 TRY from ada to the seller sela. */
export function aPayment (overrides: Partial<Payment> = {}): Payment {
  return {
    paymentId: 'pay_1',
    orderId: 'order-1',
    userId: 'ada',
    sellerId: 'sela',
    amount: 10_000,
    currency: 'TRY',
    status: 'pending',
    capturedAmount: 0,
    refundedAmount: 0,
    refunds: [],
    disputes: [],
    provider: 'scripted',
    providerReference: null,
    nextAction: null,
    failure: null,
    flags: [],
    description: null,
    items: [],
    metadata: {},
    returnUrl: null,
    buyerEmail: null,
    shippingAddress: null,
    ...LATER_FIELDS,
    createdAt: START,
    updatedAt: START,
    version: 1,
    lease: { owner: 'lease_1', epoch: 1, until: laterBy(START, 60_000) },
    followUp: { tries: 0, dueAt: laterBy(START, 300_000) },
    fingerprint: 'fingerprint',
    ...overrides,
  }
}

/** The same payment, captured. */
export function aCapturedPayment (overrides: Partial<Payment> = {}): Payment {
  return aPayment({
    status: 'succeeded',
    capturedAmount: 10_000,
    providerReference: 'ref-1',
    version: 2,
    lease: { owner: 'lease_1', epoch: 1, until: null },
    followUp: overrides.refunds?.some(({ status }) => status === 'pending') === true ? { tries: 0, dueAt: laterBy(START, 300_000) } : null,
    ...overrides,
  })
}

export function aRefund (overrides: Partial<Refund> = {}): Refund {
  return {
    refundId: 're_1',
    amount: 4_000,
    status: 'pending',
    reason: null,
    createdAt: START,
    lease: { owner: 'lease_2', epoch: 1, until: laterBy(START, 60_000) },
    fingerprint: 'fingerprint',
    ...LATER_REFUND_FIELDS,
    ...overrides,
  }
}

/** An id of the form that refunds have here, by a letter. */
export const aRefundId = (letter: string): string => `re_${letter.repeat(52)}`

export function aCause (overrides: Partial<Cause> = {}): Cause {
  return { flag: 'outcome_unknown', reference: null, amount: null, at: START, decision: null, ...overrides }
}

/** A refund id of the form that every refund has. */
export function refundIdOf (name: string): string {
  return identity.derived('re', [name])
}

export function aDispute (overrides: Partial<Dispute> = {}): Dispute {
  return { disputeId: 'dp_1', amount: 10_000, status: 'open', ...LATER_DISPUTE_FIELDS, ...overrides }
}

export function aPaymentRequest (overrides: Partial<PaymentRequest> = {}): PaymentRequest {
  return {
    orderId: 'order-1',
    sellerId: 'sela',
    amount: 10_000,
    currency: 'TRY',
    provider: null,
    token: 'tok_ok',
    buyer: null,
    billingAddress: null,
    description: null,
    items: [],
    metadata: {},
    returnUrl: null,
    shippingAddress: null,
    ...overrides,
  }
}

export const payer: Caller = { userId: 'ada', admin: false }
export const seller: Caller = { userId: 'sela', admin: false }
export const stranger: Caller = { userId: 'yaban', admin: false }
export const admin: Caller = { userId: null, admin: true }
