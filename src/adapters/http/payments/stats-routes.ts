import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { tallyOf, type Figures } from '#domain/payments/payment-stats.js'
import { PAYMENT_STATUSES } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { PaymentStats, PaymentStatsQuery } from './stats-schemas.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'

export const paymentStatsRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { paymentStats }) => {
  app.get('/api/admin/payments/stats', {
    config: { policy: 'admin' },
    schema: {
      ...describe('paymentStats', 'Back office', 'Counts and sums of payments by the day on which they were created: per currency and status, with a series'),
      querystring: PaymentStatsQuery,
      response: { 200: ref(PaymentStats), ...problems(400, 401, 403, 422) },
    },
  }, async ({ query: { from = null, to = null, groupBy = 'day' } }) => {
    const { currencies, ...stats } = await paymentStats({ from, to, groupBy })
    return {
      ...stats,
      currencies: currencies.map(({ currency, figures, series }) => ({
        currency,
        ...figuresView(figures),
        series: series.map(({ period, figures }) => ({ period, ...figuresView(figures) })),
      })),
    }
  })
}

function figuresView (figures: Figures) {
  return {
    statuses: PAYMENT_STATUSES.map((status) => ({ status, ...tallyOf(figures, status) })).filter(({ count, amount }) => count !== 0 || amount !== 0),
    refunded: tallyOf(figures, 'refunds'),
    disputes: { opened: tallyOf(figures, 'disputes_opened'), won: tallyOf(figures, 'disputes_won'), lost: tallyOf(figures, 'disputes_lost') },
  }
}
