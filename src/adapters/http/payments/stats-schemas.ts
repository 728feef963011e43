import { Type } from '@sinclair/typebox'
import { GROUPINGS, STATS_MAX_DAYS } from '#domain/payments/payment-stats.js'
import { PAYMENT_STATUSES } from '#domain/payments/payment.js'
import { oneOf, Timestamp } from '../shared/schemas.js'

/** Years of four digits from 2000 on. */
const Day = (description: string) => Type.String({ pattern: '^2\\d{3}-\\d{2}-\\d{2}$', format: 'date', description })

const tally = {
  count: Type.Integer(),
  amount: Type.Integer({ description: 'Minor units' }),
}
const Tally = Type.Object(tally)

const figures = {
  statuses: Type.Array(Type.Object({ status: oneOf(PAYMENT_STATUSES), ...tally }), { description: 'Payments by the status that they have now, without those that none has' }),
  refunded: Type.Object(tally, { description: 'Refunds that were made, and their sum' }),
  disputes: Type.Object({ opened: Tally, won: Tally, lost: Tally }, { description: 'What providers have told of disputes' }),
}

export const PaymentStatsQuery = Type.Object({
  from: Type.Optional(Day('First day (UTC) on which payments were created; 29 days before `to` without it')),
  to: Type.Optional(Day(`Last day, at most ${STATS_MAX_DAYS} days in all; today without it`)),
  groupBy: Type.Optional(oneOf(GROUPINGS)),
}, { additionalProperties: false })

const exampleFigures = {
  statuses: [{ status: 'succeeded', count: 40, amount: 512_000 }, { status: 'partially_refunded', count: 1, amount: 12_500 }],
  refunded: { count: 1, amount: 2500 },
  disputes: { opened: { count: 0, amount: 0 }, won: { count: 0, amount: 0 }, lost: { count: 0, amount: 0 } },
}

export const PaymentStats = Type.Object({
  from: Type.String(),
  to: Type.String(),
  groupBy: oneOf(GROUPINGS),
  asOf: Type.Unsafe<string>({ ...Timestamp, description: 'All that happened before is in the figures; at least 15 seconds ago' }),
  parkedEvents: Type.Integer({ minimum: 0, description: 'Events that are not in the figures because a person has to look first, counted up to 1000' }),
  currencies: Type.Array(Type.Object({
    currency: Type.String(),
    ...figures,
    series: Type.Array(Type.Object({ period: Type.String({ description: 'YYYY-MM-DD or YYYY-MM' }), ...figures }), { description: 'From old to new, without periods that have no payment' }),
  })),
}, {
  $id: 'PaymentStats',
  examples: [{
    from: '2026-11-01',
    to: '2026-11-30',
    groupBy: 'day',
    asOf: '2026-11-23T13:00:00.120Z',
    parkedEvents: 0,
    currencies: [{ currency: 'TRY', ...exampleFigures, series: [{ period: '2026-11-23', ...exampleFigures }] }],
  }],
})

/** Those that have a name of their own in the OpenAPI document. */
export const paymentStatsSchemas = [PaymentStats]
