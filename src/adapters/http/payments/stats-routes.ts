import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { GROUPINGS, STATS_MAX_DAYS, tallyOf, type Figures } from '#domain/payments/payment-stats.js'
import { PAYMENT_STATUSES } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { known, oneOf, ref, strict, timeZone, Timestamp } from '../shared/schemas.js'

/** The years 2000 to 2999. */
const Day = (description: string) => Type.String({ pattern: '^2\\d{3}-\\d{2}-\\d{2}$', format: 'date', description: `A day of the calendar from 2000-01-01: ${description}` })

const PaymentStatsQuery = Type.Object({
  from: Type.Optional(Day('the first one. Default: 29 days before `to`')),
  to: Type.Optional(Day(`the last one, at most ${STATS_MAX_DAYS} days in all. Default: today`)),
  timeZone: Type.Optional(timeZone('A name of the IANA database: the time zone of the days. Default: that of the shop')),
  groupBy: Type.Optional(oneOf(GROUPINGS)),
  fill: Type.Optional(Type.Unsafe<'zero'>({ ...oneOf(['zero']), description: 'With `zero` each series has every day or month of the range, with zeros where nothing happened' })),
}, strict)

const tally = {
  count: Type.Integer(),
  amount: Type.Integer({ description: 'Minor units' }),
}
const Tally = Type.Object(tally, { title: 'Tally' })

const figures = {
  statuses: Type.Array(Type.Object({ status: known(PAYMENT_STATUSES, 'show one you do not know as it is'), ...tally }, { title: 'StatusTally' }), {
    description: 'Payments by status: those that came into it, less those that left it. Without statuses of which both figures are 0',
  }),
  refunded: Type.Object(tally, { title: 'Tally', description: 'Refunds that succeeded, less those that failed afterwards' }),
  disputes: Type.Object({ opened: Tally, won: Tally, lost: Tally }, { title: 'DisputeTallies', description: 'Disputes that providers reported' }),
}

const exampleFigures = {
  statuses: [{ status: 'succeeded', count: 40, amount: 512_000 }, { status: 'partially_refunded', count: 1, amount: 12_500 }],
  refunded: { count: 1, amount: 2500 },
  disputes: { opened: { count: 0, amount: 0 }, won: { count: 0, amount: 0 }, lost: { count: 0, amount: 0 } },
}

export const PaymentStats = Type.Object({
  from: Type.String(),
  to: Type.String(),
  timeZone: Type.String({ description: 'The time zone of the days' }),
  groupBy: oneOf(GROUPINGS),
  asOf: Type.Unsafe<string>({ ...Timestamp, description: 'The figures hold everything that happened before; at least 15 seconds ago' }),
  parkedEvents: Type.Integer({ minimum: 0, description: 'Events that are not in the figures because they wait for a person, counted up to 1000' }),
  currencies: Type.Array(Type.Object({
    currency: Type.String(),
    ...figures,
    series: Type.Array(Type.Object({ period: Type.String({ description: 'YYYY-MM-DD or YYYY-MM' }), ...figures }, { title: 'PeriodStats' }), { description: 'From old to new, without periods in which nothing happened unless `fill` says so' }),
  }, { title: 'CurrencyStats' })),
}, {
  $id: 'PaymentStats',
  examples: [{
    from: '2026-11-01',
    to: '2026-11-30',
    timeZone: 'Europe/Istanbul',
    groupBy: 'day',
    asOf: '2026-11-23T13:00:00.120Z',
    parkedEvents: 0,
    currencies: [{ currency: 'TRY', ...exampleFigures, series: [{ period: '2026-11-23', ...exampleFigures }] }],
  }],
})

export const paymentStatsRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { paymentStats }) => {
  app.get('/api/admin/payments/stats', {
    config: { policy: 'admin', scope: 'read', refuses: ['invalid_range', 'recount_unfinished', 'unknown_time_zone'] },
    schema: {
      ...describe('getPaymentStats', 'Back office', 'Count and sum payments, per currency and status, by the day on which each change was stored, with a series'),
      querystring: PaymentStatsQuery,
      response: { 200: ref(PaymentStats) },
    },
  }, async ({ query: { from = null, to = null, timeZone = null, groupBy = 'day', fill } }) => {
    const { currencies, ...stats } = await paymentStats({ from, to, timeZone, groupBy, fill })
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
