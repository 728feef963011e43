import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from '@sinclair/typebox'
import type { Entered } from '#application/accounts/check-console-session.js'
import { hasSecondFactor } from '#domain/accounts/second-factor-use.js'
import { DomainError } from '#domain/errors.js'
import { enteredOf } from '../guards/auth.js'
import { consoleCookie, isFromConsole, type ConsoleCookieOptions } from '../guards/console.js'
import { describe } from '../openapi/openapi.js'
import { HttpProblem } from '../shared/problem.js'
import { ref } from '../shared/schemas.js'
import { makeEntrantOf, type EntranceOptions } from './entrance.js'
import { type AUTH_MODES, ConsoleSession, ConsoleSettings, EnterConsoleBody } from './schemas.js'

export interface ConsoleOptions extends EntranceOptions, ConsoleCookieOptions {
  readonly authMode: typeof AUTH_MODES[number]
  readonly isDevelopment: boolean
}

/** How people enter the operators' console, and leave it. */
export const consoleRoutes: FastifyPluginAsyncTypebox<ConsoleOptions> = async (app, options) => {
  const { authMode, isDevelopment, isSecure, checkConsole, useCases: { enterConsole, leaveConsole } } = options
  const entrantOf = makeEntrantOf(options)

  app.get('/api/console/settings', {
    config: { policy: 'public' },
    schema: { ...describe('getConsoleSettings', 'Console', 'Read how people enter the console'), response: { 200: ref(ConsoleSettings) } },
  }, async () => ({ authMode, isDevelopment }))

  app.post('/api/console/session', {
    config: { policy: 'public', isEntrance: true, refuses: ['unauthorized', 'forbidden', 'invalid_credentials', 'second_factor_required', 'wrong_code', 'too_many_attempts', 'busy'] },
    schema: {
      ...describe('enterConsole', 'Console', 'Enter the console. The answer sets the cookie of the session'),
      body: ref(EnterConsoleBody),
      response: { 200: ref(ConsoleSession) },
    },
  }, async (request, reply) => {
    // Otherwise a page of another site could have its visitors enter as someone else.
    if (!isFromConsole(request)) throw new DomainError('forbidden', 'this is for the pages of the console, which send x-console: 1 from their own origin')
    const entrant = await entrantOf(request.body, request.ip)
    if (entrant === null) throw new HttpProblem('unauthorized', 'what was sent lets no one in, or no longer: send email and password, or a token, or a link, and one of them alone')
    const { secret } = await enterConsole({ entrant, device: request.headers['user-agent'] ?? null, requestId: request.id })
    const entered = await checkConsole(secret, false)
    if (entered === null) throw new HttpProblem('unauthorized', 'the token has expired meanwhile')
    return await reply.header('set-cookie', consoleCookie(secret, isSecure)).send(view(entered))
  })

  app.get('/api/console/session', {
    config: { policy: 'console' },
    schema: { ...describe('getConsoleSession', 'Console', 'Read who has entered the console'), response: { 200: ref(ConsoleSession) } },
  }, async (request) => view(enteredOf(request)))

  app.delete('/api/console/session', {
    config: { policy: 'console' },
    schema: {
      ...describe('leaveConsole', 'Console', 'Leave the console: at once on the node that answers, and within 30 seconds on the others'),
      response: { 204: Type.Null({ description: 'The session has ended' }) },
    },
  }, async (request, reply) => {
    await leaveConsole(enteredOf(request).session.sessionId)
    return await reply.code(204).header('set-cookie', consoleCookie(null, isSecure)).send(null)
  })
}

function view ({ session: { expiresAt, steppedUpUntil, console: { sharedToken } }, userId, user, role, scopes }: Entered): Static<typeof ConsoleSession> {
  return {
    ...(userId !== null && { userId }),
    ...(role !== null && { role }),
    scopes: [...scopes],
    isSharedToken: sharedToken !== null,
    hasSecondFactor: user !== null && hasSecondFactor(user),
    ...(steppedUpUntil !== null && { steppedUpUntil }),
    expiresAt,
  }
}
