import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { RequestMetrics } from './metrics.js'
import { describe, problems } from './route-docs.js'
import { oneOf } from './schemas.js'

export interface ServiceInfo {
  readonly version: string
  readonly mode: 'memory' | 'dynamodb'
}

export interface ServiceRoutesOptions {
  readonly info: ServiceInfo
  /** Asks the store for a sign of life; throws when it gives none. */
  readonly ping: () => Promise<void>
  readonly metrics: RequestMetrics
}

const Health = Type.Object({
  ok: Type.Boolean(),
  mode: oneOf(['memory', 'dynamodb']),
  store: oneOf(['up', 'down']),
  version: Type.String(),
}, { examples: [{ ok: true, mode: 'memory', store: 'up', version: '0.1.0' }] })
const Ok = Type.Object({ ok: Type.Literal(true) }, { examples: [{ ok: true }] })

/** Whoever may ask for health may ask as often as he likes: the store is asked once in this time. */
const SIGN_OF_LIFE_MS = 1000

export const serviceRoutes: FastifyPluginAsyncTypebox<ServiceRoutesOptions> = async (app, { info, ping: askStore, metrics }) => {
  const ping = remembered(askStore, SIGN_OF_LIFE_MS)
  const config = { policy: 'public', rateLimit: false } as const

  app.get('/api/health', {
    config,
    schema: { ...describe('getHealth', 'Service', 'Mode, store and version', 'none'), response: { 200: Health, ...problems() } },
  }, async (request) => {
    // Says what is wrong instead of failing: whoever asks wants the report. Readiness is another question.
    const store = await ping().then(() => 'up' as const, (error: unknown) => {
      request.log.warn({ err: error }, 'the store gives no sign of life')
      return 'down' as const
    })
    return { ok: store === 'up', mode: info.mode, store, version: info.version }
  })

  app.get('/api/health/live', {
    config,
    schema: { ...describe('getLiveness', 'Service', 'The process answers', 'none'), response: { 200: Ok, ...problems() } },
  }, async () => ({ ok: true as const }))

  app.get('/api/health/ready', {
    config,
    schema: { ...describe('getReadiness', 'Service', 'The store answers: send requests here', 'none'), response: { 200: Ok, ...problems() } },
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
