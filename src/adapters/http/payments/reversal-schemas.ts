import { Type } from '@sinclair/typebox'
import { DISPUTE_STATUSES, REFUND_STATUSES } from '#domain/payments/payment.js'
import { listOf } from '../shared/lists.js'
import { known, nullable, Timestamp } from '../shared/schemas.js'

export const Sum = Type.Integer({ minimum: 0, description: 'Minor units' })

export const Failure = Type.Object({ code: Type.String(), message: Type.String() }, { title: 'Failure' })

export const REFUND = {
  refundId: Type.String(),
  amount: Sum,
  status: known(REFUND_STATUSES, 'treat one you do not know as `pending`'),
  reason: nullable(Type.String()),
  createdAt: Timestamp,
  origin: known(['service', 'provider'], 'treat one you do not know as `provider`', '`provider`: it was made at the provider, in its dashboard'),
  reference: nullable(Type.String({ description: 'The id of the refund at the provider' })),
  charge: nullable(Type.String({ description: 'The id at the provider of a second charge that it gives back. Such a refund is not part of `refundedAmount`' })),
  failure: nullable({ ...Failure, description: 'Why the provider refused it' }),
}

export const DISPUTE = {
  disputeId: Type.String(),
  amount: Sum,
  currency: Type.String(),
  status: known(DISPUTE_STATUSES, 'treat one you do not know as `open`'),
  charge: nullable(Type.String({ description: 'The id at the provider of a second charge that it is about. Such a dispute does not change `status` or what is left to refund' })),
}

/** What lists across payments show of the payment. */
const OF_PAYMENT = {
  paymentId: Type.String(),
  orderId: Type.String(),
  userId: Type.String({ description: 'The payer' }),
  sellerId: nullable(Type.String()),
  provider: Type.String(),
  paymentAmount: Type.Integer({ minimum: 0, description: 'The amount of the payment, in minor units of its own currency' }),
}

const examplePayment = {
  paymentId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  orderId: 'order-1001',
  userId: 'ayse',
  sellerId: 'mehmet',
  provider: 'simulator',
  paymentAmount: 12500,
}

export const ListedRefund = Type.Object({
  ...OF_PAYMENT,
  ...REFUND,
  currency: Type.String({ description: 'That of what was taken' }),
}, {
  $id: 'ListedRefund',
  examples: [{
    ...examplePayment,
    refundId: 're_a2b3c4d5e6f7ghijklmnopqrstuvwxyza2b3c4d5e6f7ghijklmn',
    amount: 2500,
    currency: 'TRY',
    status: 'pending',
    reason: 'one arrived broken',
    createdAt: '2026-11-24T09:30:00.000Z',
    origin: 'service',
    reference: null,
    charge: null,
    failure: null,
  }],
})

export const ListedDispute = Type.Object({
  ...OF_PAYMENT,
  ...DISPUTE,
  createdAt: nullable({ ...Timestamp, description: 'When the service learnt of it. Null for one from before this was kept, which has the place of its payment in the list' }),
  saidAt: nullable({ ...Timestamp, description: 'The time of the last word of the provider, where it has one' }),
}, {
  $id: 'ListedDispute',
  examples: [{
    ...examplePayment,
    disputeId: 'dp_1NXaBc2eZvKYlo2C',
    amount: 12500,
    currency: 'TRY',
    status: 'open',
    charge: null,
    createdAt: '2026-11-26T08:00:00.310Z',
    saidAt: '2026-11-26T08:00:00.000Z',
  }],
})

export const RefundList = listOf('RefundList', ListedRefund)
export const DisputeList = listOf('DisputeList', ListedDispute)
