import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { DomainError } from '#domain/errors.js'
import { STORE_MODES, type StoreStatus } from '#application/ports/durability.js'
import { describe } from '../openapi/openapi.js'
import { known, nullable, ref, Timestamp } from '../shared/schemas.js'

export interface ServiceInfo {
  readonly version: string
}

export interface Components {
  /** Age in seconds of the oldest event that waits in the shards of this process. */
  readonly outboxLagS: number
  readonly providers: ReadonlyArray<{ readonly name: string, readonly isUp: boolean }>
}

export interface ServiceRoutesOptions {
  readonly info: ServiceInfo
  /** Whether the OpenAPI document and its reader are served. */
  readonly apiDocs: boolean
  readonly status: () => StoreStatus
  /** What the service works with beside the store. */
  readonly components: () => Components
  /** Asks the store whether it answers. @throws store_unavailable */
  readonly ping: () => Promise<void>
  /** What the store lacks for the service: a line each. @throws store_unavailable */
  readonly inspect: () => Promise<readonly string[]>
  /** Whether the service has been told to stop. */
  readonly isStopping: () => boolean
}

export const Health = Type.Object({
  ok: Type.Boolean(),
  mode: known(STORE_MODES, 'rely on `ok`', 'How writes are stored'),
  since: Timestamp,
  store: known(['up', 'down'], 'rely on `ok`'),
  version: Type.String(),
  journal: nullable(Type.Object({
    depth: Type.Integer({ description: 'Acknowledged writes that only the journal of this node holds yet' }),
    oldest: nullable(Timestamp),
    quarantined: Type.Integer({ description: 'Entries in quarantine, which wait for a person' }),
    drainedPerSecond: nullable(Type.Integer()),
    secondsLeft: nullable(Type.Integer()),
  }, { title: 'JournalHealth', description: 'Null without a journal, and in memory mode' })),
  outbox: Type.Object({ lagSeconds: Type.Integer({ description: 'Age of the oldest event that waits in the shards of this process' }) }, { title: 'OutboxHealth' }),
  providers: Type.Array(Type.Object({ name: Type.String(), state: known(['up', 'down'], 'rely on `ok`', 'Whether new payments are sent to the provider') }, { title: 'ProviderHealth' })),
}, { $id: 'Health', examples: [{ ok: true, mode: 'memory', since: '2026-11-23T13:00:00.000Z', store: 'up', version: '0.1.0', journal: null, outbox: { lagSeconds: 0 }, providers: [{ name: 'simulator', state: 'up' }] }] })
export const Alive = Type.Object({ ok: Type.Literal(true) }, { $id: 'Alive', examples: [{ ok: true }] })

/** Anyone may ask for health at any rate. The store is asked at most once in this time. */
const PING_INTERVAL_MS = 1000
const RETRY_AFTER_S = 5

export const serviceRoutes: FastifyPluginAsyncTypebox<ServiceRoutesOptions> = async (app, { info, status, components, ping: askStore, inspect, isStopping }) => {
  const ping = remembered(askStore, PING_INTERVAL_MS)
  const lacks = remembered(inspect, PING_INTERVAL_MS)
  const config = { policy: 'public', rateLimit: false } as const

  app.get('/api/health', {
    config,
    schema: { ...describe('getHealth', 'Service', 'Report the mode, the version, and the state of the store, the journal, the outbox and the providers'), response: { 200: ref(Health) } },
  }, async (request) => {
    // A failing store is reported with status 200. Readiness fails instead.
    const answered = await ping().then(() => true, (error: unknown) => {
      request.log.warn({ err: error }, 'the store does not answer a health check')
      return false
    })
    const current = status()
    const store = answered && current.mode !== 'degraded' ? 'up' as const : 'down' as const
    const { outboxLagS, providers } = components()
    return {
      ok: store === 'up',
      ...current,
      store,
      version: info.version,
      outbox: { lagSeconds: Math.round(outboxLagS) },
      providers: providers.map(({ name, isUp }) => ({ name, state: isUp ? 'up' as const : 'down' as const })),
    }
  })

  app.get('/api/health/live', {
    config,
    schema: { ...describe('getLiveness', 'Service', 'Report that the process answers'), response: { 200: ref(Alive) } },
  }, async () => ({ ok: true as const }))

  app.get('/api/health/ready', {
    config,
    schema: { ...describe('getReadiness', 'Service', 'Report that the store answers, or that a journal takes its place: route requests here'), response: { 200: ref(Alive) } },
  }, async () => {
    if (isStopping()) throw new DomainError('store_unavailable', 'the service is stopping', { retryAfterS: RETRY_AFTER_S })
    await ping()
    const lacking = await lacks()
    if (lacking.length > 0) throw new DomainError('store_unavailable', lacking.join('; '), { retryAfterS: RETRY_AFTER_S })
    return { ok: true as const }
  })
}

/** Shares one answer, also a failed or a pending one, among the calls of this time. */
function remembered<T> (ask: () => Promise<T>, milliseconds: number): () => Promise<T> {
  let last: { readonly askedAt: number, readonly answer: Promise<T> } | null = null
  return async () => {
    const now = performance.now()
    if (last === null || now - last.askedAt >= milliseconds) last = { askedAt: now, answer: ask() }
    return await last.answer
  }
}
