import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { STEP_S, type PerformanceUseCases } from '#application/performance/use-cases.js'
import { PERFORMANCE_KINDS } from '#domain/performance/performance-row.js'
import { describe } from '../openapi/openapi.js'
import { DEFAULT_LIMIT, Limit, RANGE, timeRange } from '../shared/lists.js'
import { nullable, oneOf, ref, strict, Timestamp } from '../shared/schemas.js'

/** As in the lists, but of what was measured. */
const range = {
  from: { ...RANGE.from, description: 'A moment of ISO 8601, or a day in `timeZone`. What was measured from then on is counted. Default: an hour before `to`' },
  to: { ...RANGE.to, description: 'A moment of ISO 8601, or a day in `timeZone`, which is included as a whole, at most a day after `from`. Default: now, or a day after `from` where that is earlier' },
  timeZone: RANGE.timeZone,
}

const milliseconds = (description: string) => nullable(Type.Number({ description: `${description}, in milliseconds; null where nothing was measured` }))

const summary = {
  count: Type.Integer({ minimum: 0 }),
  errors: Type.Integer({ minimum: 0, description: 'Answers of 5xx; calls and jobs that failed; requests that a provider refused, or of which it did not say what became' }),
  p50: milliseconds('The median, within 2 %'),
  p95: milliseconds('95 of 100 took at most so long, within 2 %'),
  p99: milliseconds('99 of 100 took at most so long, within 2 %'),
  max: milliseconds('The longest'),
}

const exampleSummary = { count: 1200, errors: 1, p50: 2.4, p95: 8.9, p99: 31.2, max: 74.1 }

export const PerformanceFigures = Type.Object({
  step: Type.Integer({ description: 'Seconds of each part of the series' }),
  asOf: Type.Unsafe<string>({ ...Timestamp, description: 'The figures hold what was measured before' }),
  total: Type.Object(summary, { title: 'PerformanceTotal' }),
  series: Type.Array(Type.Object({ at: Timestamp, ...summary }, { title: 'PerformanceStep' }), { description: 'From old to new, without parts in which nothing was measured' }),
  byName: Type.Array(Type.Object({ name: Type.String(), ...summary, spent: Type.Number({ description: 'All durations together, in milliseconds' }) }, { title: 'NamedPerformance' }), {
    description: 'The 50 names that took most time together, the first the most',
  }),
}, {
  $id: 'PerformanceFigures',
  examples: [{
    step: STEP_S,
    asOf: '2026-11-23T13:05:00.000Z',
    total: exampleSummary,
    series: [{ at: '2026-11-23T13:00:00.000Z', ...exampleSummary }],
    byName: [{ name: 'POST /api/messages', ...exampleSummary, spent: 4210.5 }],
  }],
})

export const SlowRequestList = Type.Object({
  items: Type.Array(Type.Object({
    at: Type.Unsafe<string>({ ...Timestamp, description: 'When it was answered' }),
    route: Type.String({ description: 'The method, and the address without what it may hold' }),
    status: Type.Integer(),
    ms: Type.Number({ description: 'Milliseconds' }),
    requestId: Type.String({ description: 'The `x-request-id` of the request' }),
    traceId: nullable(Type.String({ description: 'The trace that the request belongs to' })),
  }, { title: 'SlowRequest' })),
}, {
  $id: 'SlowRequestList',
  examples: [{
    items: [{ at: '2026-11-23T13:01:07.120Z', route: 'POST /api/messages', status: 200, ms: 74.1, requestId: '0b0f0c6e-6d5c-4b52-9e0f-6b5a4f0f3f55', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }],
  }],
})

const Name = Type.String({ minLength: 1, maxLength: 200, description: 'A name as `byName` has it. Without it: all names of the kind' })

export const performanceRoutes: FastifyPluginAsyncTypebox<PerformanceUseCases> = async (app, { readPerformance, listSlowRequests }) => {
  app.get('/api/admin/performance', {
    config: { policy: 'admin', scope: 'read', refuses: ['invalid_range', 'unknown_time_zone'] },
    schema: {
      ...describe('getPerformance', 'Back office', 'Show how long requests, calls of stores and of providers, and jobs took, at most a day of the last 14'),
      querystring: Type.Object({ kind: Type.Optional({ ...oneOf(PERFORMANCE_KINDS), description: 'Default: http' }), name: Type.Optional(Name), ...range }, strict),
      response: { 200: ref(PerformanceFigures) },
    },
  }, async ({ query }) => {
    const { kind = 'http', name = null } = query
    const { total, series, byName, asOf } = await readPerformance({ kind, name, ...timeRange(query) })
    return { step: STEP_S, asOf, total, series: [...series], byName: [...byName] }
  })

  app.get('/api/admin/performance/slow', {
    config: { policy: 'admin', scope: 'read', refuses: ['invalid_range', 'unknown_time_zone'] },
    schema: {
      ...describe('listSlowRequests', 'Back office', 'List the slowest requests of each process and five minutes, the slowest first'),
      querystring: Type.Object({ ...range, limit: Type.Optional(Limit) }, strict),
      response: { 200: ref(SlowRequestList) },
    },
  }, async ({ query }) => ({ items: [...await listSlowRequests(timeRange(query), Number(query.limit ?? DEFAULT_LIMIT))] }))
}
