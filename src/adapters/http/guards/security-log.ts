import type { FastifyInstance, FastifyRequest } from 'fastify'
import { actorIdOf } from '#domain/accounts/session.js'
import { addressOf } from '#domain/network.js'
import type { ProblemCode } from '../shared/problems.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who is refused here has tried to enter. */
    isEntrance?: boolean
  }
  interface FastifyRequest {
    /** The code of the problem with which the request was refused. */
    refusal: ProblemCode | null
  }
}

/** Refusals that may be attempts to get in. */
const SUSPICIOUS: ReadonlySet<ProblemCode | null> = new Set<ProblemCode>([
  'forbidden', 'invalid_code', 'invalid_credentials', 'invalid_refresh_token', 'invalid_link', 'too_many_attempts', 'invalid_webhook', 'invalid_webhook_signature', 'unknown_provider',
  'wrong_code', 'wrong_password',
])

/**
 * Writes a line with the address of the client for each attempt to get in that was refused. The lines have `log: "security"`, and no LOG_LEVEL
 * silences them.
 */
export function registerSecurityLog (app: FastifyInstance): void {
  const log = app.log.child({ log: 'security' }, { level: 'warn', redact: [] })
  app.decorateRequest('refusal', null)
  app.addHook('onResponse', (request, { statusCode: status }, done) => {
    const event = eventOf(request)
    const { id: requestId, ip, method, caller } = request
    if (event !== null) log.warn({ event, address: addressOf(ip), requestId, method, route: request.routeOptions.url, status, userId: caller && actorIdOf(caller) }, 'refused')
    done()
  })
}

function eventOf ({ refusal, badCredentials, headers, routeOptions: { config } }: FastifyRequest): string | null {
  if (refusal === 'unauthorized' && config.isEntrance === true) return 'wrong_console_secret'
  // Beside them, the figures are the one thing that a public route may ask a token for.
  if (refusal === 'unauthorized' && config.policy === 'public' && headers.authorization !== undefined) return 'wrong_metrics_token'
  if (badCredentials && headers['x-admin-token'] !== undefined) return 'wrong_admin_token'
  if (badCredentials && /^Bearer key_/i.test(headers.authorization ?? '')) return 'wrong_api_key'
  return SUSPICIOUS.has(refusal) ? refusal : null
}
