import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { STORE_MODES, type StoreStatus } from '#application/ports/store-status.js'
import type { RequestMetrics } from '../shared/metrics.js'
import { describe, problems } from '../openapi/route-docs.js'
import { nullable, oneOf, Timestamp } from '../shared/schemas.js'

export interface ServiceInfo {
  readonly version: string
}

export interface ServiceRoutesOptions {
  readonly info: ServiceInfo
  readonly status: () => StoreStatus
  /** Asks the store for a sign of life; throws when it gives none. */
  readonly ping: () => Promise<void>
  readonly metrics: RequestMetrics
}

const Health = Type.Object({
  ok: Type.Boolean(),
  mode: oneOf(STORE_MODES),
  since: Timestamp,
  store: oneOf(['up', 'down']),
  version: Type.String(),
  journal: nullable(Type.Object({
    depth: Type.Integer({ description: 'Writes that are acknowledged and lie in the journal of this node alone' }),
    oldest: nullable(Timestamp),
    quarantined: Type.Integer({ description: 'Those that wait for a person' }),
    drainedPerSecond: nullable(Type.Integer()),
    secondsLeft: nullable(Type.Integer()),
  }, { description: 'Null where there is none, or where it is all there is' })),
}, { examples: [{ ok: true, mode: 'memory', since: '2026-11-23T13:00:00.000Z', store: 'up', version: '0.1.0', journal: null }] })
const Ok = Type.Object({ ok: Type.Literal(true) }, { examples: [{ ok: true }] })

/** Whoever may ask for health may ask as often as he likes: the store is asked once in this time. */
const SIGN_OF_LIFE_MS = 1000

export const serviceRoutes: FastifyPluginAsyncTypebox<ServiceRoutesOptions> = async (app, { info, status, ping: askStore, metrics }) => {
  const ping = remembered(askStore, SIGN_OF_LIFE_MS)
  const config = { policy: 'public', rateLimit: false } as const

  app.get('/api/health', {
    config,
    schema: { ...describe('getHealth', 'Service', 'Mode, store and version', 'none'), response: { 200: Health, ...problems() } },
  }, async (request) => {
    // Says what is wrong instead of failing: whoever asks wants the report. Readiness is another question.
    const answered = await ping().then(() => true, (error: unknown) => {
      request.log.warn({ err: error }, 'the store gives no sign of life')
      return false
    })
    const kept = status()
    const store = answered && kept.mode !== 'degraded' ? 'up' as const : 'down' as const
    return { ok: store === 'up', ...kept, store, version: info.version }
  })

  app.get('/api/health/live', {
    config,
    schema: { ...describe('getLiveness', 'Service', 'The process answers', 'none'), response: { 200: Ok, ...problems() } },
  }, async () => ({ ok: true as const }))

  app.get('/api/health/ready', {
    config,
    schema: { ...describe('getReadiness', 'Service', 'The store answers, or a journal takes its place: send requests here', 'none'), response: { 200: Ok, ...problems() } },
  }, async () => {
    await ping()
    return { ok: true as const }
  })

  app.get('/metrics', {
    config,
    schema: {
      ...describe('getMetrics', 'Service', 'Figures in the format of Prometheus', 'none'),
      response: { 200: { description: 'Figures', content: { 'text/plain': { schema: Type.String() } } }, ...problems() },
    },
  }, async (_request, reply) => {
    const { contentType, body } = await metrics.render()
    return await reply.type(contentType).serializer(String).send(body)
  })
}

/** The answer of a while ago, good or bad, or the one that is under way. */
function remembered (ask: () => Promise<void>, milliseconds: number): () => Promise<void> {
  let last: { readonly askedAt: number, readonly answer: Promise<void> } | null = null
  return async () => {
    const now = performance.now()
    if (last === null || now - last.askedAt >= milliseconds) last = { askedAt: now, answer: ask() }
    await last.answer
  }
}
