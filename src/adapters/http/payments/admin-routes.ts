import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import { ListAllPaymentsQuery } from './admin-schemas.js'
import { callerOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { PaymentList } from './schemas.js'
import { paymentView } from './view.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'
import { timeRange } from '../shared/time-range.js'

export const adminPaymentRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { listAllPayments }) => {
  app.get('/api/admin/payments', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listAllPayments', 'Back office', 'Everybody\'s payments, newest first; where few match, a page may be short or empty while the list goes on'),
      querystring: ListAllPaymentsQuery,
      response: { 200: ref(PaymentList), ...problems(400, 401, 403, 422) },
    },
  }, async (request) => {
    const { status = null, provider = null, userId = null, sellerId = null, flag = null, from, to, ...pageQuery } = request.query
    const filter: PaymentFilter = { status, provider, userId, sellerId, flag, ...timeRange({ from, to }) }
    const list = nameOf(filter)
    const { items, nextKey } = await listAllPayments({ filter, ...decodePage(list, pageQuery) })
    return { items: items.map((payment) => paymentView(payment, callerOf(request))), nextCursor: encodeCursor(list, nextKey) }
  })
}

/** Binds a cursor to the filters that it was given out for. None of the values has a space. */
function nameOf ({ status, provider, userId, sellerId, flag, from, to }: PaymentFilter): string {
  return ['all payments', status, provider, userId, sellerId, flag, from, to].join(' ')
}
