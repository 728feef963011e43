import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { PaymentList } from './schemas.js'
import { paymentView } from './view.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'
import { SearchQuery } from './search-schemas.js'
import { timeRange } from '../shared/time-range.js'

export const searchRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { searchOrders }) => {
  app.get('/api/search', {
    config: { policy: 'user-or-admin' },
    schema: {
      ...describe('searchOrders', 'Back office', 'Find orders by an id or by words, newest first: a user what he has paid, an administrator everybody\'s; where few match, a page may be short or empty while the list goes on'),
      querystring: SearchQuery,
      response: { 200: ref(PaymentList), ...problems(400, 401, 422) },
    },
  }, async (request) => {
    const { type, q, status = null, from, to, ...pageQuery } = request.query
    const range = timeRange({ from, to })
    // A digest, so that the cursor stays short and tells nobody what was looked for.
    const list = [type, status, range.from, range.to, createHash('sha256').update(q).digest('base64url')].join(' ')
    const caller = callerOf(request)
    const { items, nextKey } = await searchOrders({ caller, query: q, status, ...range, ...decodePage(list, pageQuery) })
    return { items: items.map((payment) => paymentView(payment, caller)), nextCursor: encodeCursor(list, nextKey) }
  })
}
