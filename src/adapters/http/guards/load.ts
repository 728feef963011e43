import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '#domain/accounts/session.js'
import { networkOf } from '#domain/network.js'
import { HttpProblem } from '../shared/problem.js'
import { ADDRESS, RequestCounts, SharedRequestCounts, USER, type CountTogether } from './request-counts.js'

const OVERLOAD_RETRY_S = 5
/** The start itself keeps the event loop busy, so the delays measured in this time refuse no request. */
const START_GRACE_MS = 3000
const RATE_WINDOW_MS = 60_000

/** Refuses new requests while the mean delay of the event loop exceeds the limit, so that accepted ones finish; 0 refuses none. */
export async function registerLoadShedding (app: FastifyInstance, maxEventLoopDelayMs: number): Promise<void> {
  let readyAt = Infinity
  app.addHook('onReady', (done) => {
    readyAt = performance.now()
    done()
  })
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    pressureHandler: (request) => {
      if (performance.now() - readyAt < START_GRACE_MS) return
      // Operators need health and metrics most while the service is overloaded.
      if (/^\/(?:api\/health|metrics)/.test(request.url)) return
      throw new HttpProblem('overloaded', 'the service has more requests than it can handle; nothing was changed', OVERLOAD_RETRY_S)
    },
  })
}

/**
 * Counts requests by user or API key, and those without a valid token by network: an IPv4 address, or 64 bits of IPv6. It runs after authentication, so that a stranger cannot use up
 * the limit of a user. @param max requests per minute @param together counts them over several processes; null: this one is alone
 */
export async function registerRateLimit (app: FastifyInstance, max: number, together: CountTogether | null): Promise<void> {
  await app.register(rateLimit, {
    max,
    timeWindow: RATE_WINDOW_MS,
    store: together === null ? RequestCounts : SharedRequestCounts.bind(null, together, ''),
    keyGenerator: ({ caller, ip }) => countedAs(caller) ?? ADDRESS + networkOf(ip),
    errorResponseBuilder: (_request, { ttl }) => new HttpProblem('rate_limited', 'too many requests in one minute', Math.ceil(ttl / 1000)),
  })
}

/** An API key counts as itself: its id has a space before it, as no id of a user has. */
function countedAs (caller: Caller | null): string | null {
  if (typeof caller?.userId === 'string') return USER + caller.userId
  return caller?.apiKeyId === undefined ? null : `${USER} ${caller.apiKeyId}`
}
