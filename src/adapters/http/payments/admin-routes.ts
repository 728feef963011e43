import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { QUERY_MAX_CHARACTERS, QUERY_MIN_CHARACTERS } from '#domain/payments/order-search.js'
import { FULFILLMENT_STATUSES } from '#domain/payments/fulfillment.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import { PAYMENT_FLAGS } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { pageOf, pageQuery, RANGE, timeRange } from '../shared/lists.js'
import { nullable, oneOf, ProviderName, ref, shownAs, Timestamp, UserId } from '../shared/schemas.js'
import { Payment, PaymentList, PaymentParams, Status, StoredAddress } from './schemas.js'
import { viewFor } from './view.js'

export const BillingRecord = Type.Object({
  paymentId: Type.String(),
  buyerEmail: nullable(Type.String()),
  shippingAddress: nullable(StoredAddress),
  keptUntil: Timestamp,
}, {
  $id: 'BillingRecord',
  examples: [{
    paymentId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
    buyerEmail: 'ada@example.com',
    shippingAddress: { contactName: 'Ada Yılmaz', address: 'Gül Sokak 7', city: 'İzmir', country: 'TR' },
    keptUntil: '2037-01-01T00:00:00.000Z',
  }],
})

const ListAllPaymentsQuery = pageQuery({
  status: Type.Optional(Status),
  provider: Type.Optional(ProviderName),
  userId: Type.Optional(UserId),
  sellerId: Type.Optional(UserId),
  flag: Type.Optional(oneOf(PAYMENT_FLAGS)),
  dismissed: Type.Optional(shownAs(oneOf(['true', 'false']), Type.Boolean({ description: 'Beside `flag`: whether payments are listed too of which an administrator has dismissed it. Default: false' }))),
  fulfillment: Type.Optional(oneOf(FULFILLMENT_STATUSES)),
  ...RANGE,
})

const SearchQuery = pageQuery({
  type: oneOf(['orders']),
  q: Type.String({
    minLength: QUERY_MIN_CHARACTERS,
    maxLength: QUERY_MAX_CHARACTERS,
    description: 'A whole id of the order, the payment, the provider or the buyer, or the e-mail address of the buyer. ' +
      'Or beginnings of words of the description and the items, in any order. Case and accents make no difference',
    examples: ['order-1001', 'ayse@example.com', 'blue sca'],
  }),
  status: Type.Optional(Status),
  ...RANGE,
})

/** Finding payments by filters and by words, and settling one that is not final. */
export const adminPaymentRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { listAllPayments, searchOrders, reconcilePayment, readBilling, liveAction }) => {
  app.get('/api/admin/payments', {
    config: { policy: 'admin', scope: 'read', refuses: ['unknown_time_zone'] },
    schema: {
      ...describe('listAllPayments', 'Back office', 'List the payments of all users, newest first. When few match, a page may be short or empty before the last one'),
      querystring: ListAllPaymentsQuery,
      response: { 200: ref(PaymentList) },
    },
  }, async (request) => {
    const { status = null, provider = null, userId = null, sellerId = null, flag = null, dismissed, fulfillment = null, from, to, timeZone, ...query } = request.query
    const filter: PaymentFilter = { status, provider, userId, sellerId, flag, isDismissedToo: flag !== null && dismissed === 'true', fulfillment, ...timeRange({ from, to, timeZone }) }
    return await pageOf(listName(filter), query, async (page) => await listAllPayments({ filter, ...page }), viewFor(callerOf(request), liveAction))
  })

  app.get('/api/search', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['search_too_short', 'unknown_time_zone'] },
    schema: {
      ...describe('searchOrders', 'Back office', 'Find orders by id or words, newest first. Users find what they have paid, administrators the orders of all users. ' +
        'When few match, a page may be short or empty before the last one'),
      querystring: SearchQuery,
      response: { 200: ref(PaymentList) },
    },
  }, async (request) => {
    const { type, q, status = null, from, to, timeZone, ...query } = request.query
    const caller = callerOf(request)
    const range = timeRange({ from, to, timeZone })
    // A digest keeps the cursor short, and the search text out of it.
    const list = [type, status, range.from, range.to, createHash('sha256').update(q).digest('base64url')].join(' ')
    return await pageOf(list, query, async (page) => await searchOrders({ caller, query: q, status, ...range, ...page }), viewFor(caller, liveAction))
  })

  app.get('/api/admin/payments/:paymentId/billing', {
    config: { policy: 'admin', scope: 'export', audit: 'reading-too', refuses: ['not_found'] },
    schema: {
      ...describe('readBilling', 'Back office', 'Read what the invoice of a payment needs, after the account of its payer was deleted. The audit log has who read it'),
      params: PaymentParams,
      response: { 200: ref(BillingRecord) },
    },
  }, async ({ params: { paymentId } }, reply) => await reply.header('cache-control', 'no-store').send(await readBilling(paymentId)))

  app.post('/api/admin/payments/:paymentId/reconcile', {
    config: { policy: 'admin', scope: 'reconcile', refuses: ['not_found', 'payment_unreadable'] },
    schema: {
      ...describe('reconcilePayment', 'Back office', 'Ask the provider now what it knows of a payment: its outcome, refunds and disputes, also those that were made there after it was settled'),
      params: PaymentParams,
      response: { 200: ref(Payment) },
    },
  }, async (request) => viewFor(callerOf(request), liveAction)(await reconcilePayment(request.params.paymentId)))
}

/** The name of the list with its filters, none of which holds a space. Cursors of before `fulfillment` and `dismissed` go on. */
function listName ({ status, provider, userId, sellerId, flag, isDismissedToo = false, fulfillment = null, from, to }: PaymentFilter): string {
  return ['all payments', status, provider, userId, sellerId, flag, from, to, ...(fulfillment === null ? [] : [fulfillment]), ...(isDismissedToo ? ['dismissed'] : [])].join(' ')
}
