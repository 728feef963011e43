import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Session } from '#domain/accounts/session.js'
import type { AccountUseCases } from '#application/accounts/use-cases.js'
import { Done, PageOnlyQuery, SessionList, SessionParams, UpdateProfileBody, User } from './schemas.js'
import { callerOf, userOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'
import { userView } from './view.js'

const DONE = { ok: true } as const

/** What somebody sees and changes of himself. */
export const userRoutes: FastifyPluginAsyncTypebox<AccountUseCases> = async (app, { getUser, updateProfile, deleteAccount, listSessions, revokeSession }) => {
  const config = { policy: 'user' } as const

  app.get('/api/users/me', {
    config,
    schema: { ...describe('getProfile', 'Accounts', 'Who the caller is'), response: { 200: ref(User), ...problems(400, 401, 404) } },
  }, async (request) => userView(await getUser(userOf(request))))

  app.patch('/api/users/me', {
    config,
    schema: {
      ...describe('updateProfile', 'Accounts', 'Change what is sent, and leave the rest'),
      body: ref(UpdateProfileBody),
      response: { 200: ref(User), ...problems(400, 401, 404, 413, 415, 422) },
    },
  }, async (request) => userView(await updateProfile({ userId: userOf(request), fields: request.body })))

  app.delete('/api/users/me', {
    config,
    schema: {
      ...describe('deleteAccount', 'Accounts', 'Forget the caller; his messages and payments stay, under an id that leads to nobody'),
      response: { 200: ref(Done), ...problems(400, 401, 404) },
    },
  }, async (request) => {
    await deleteAccount(userOf(request))
    return DONE
  })

  app.get('/api/users/me/sessions', {
    config,
    schema: {
      ...describe('listSessions', 'Accounts', 'Where the caller is signed in, newest first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(SessionList), ...problems(400, 401, 422) },
    },
  }, async (request) => {
    const userId = userOf(request)
    const { items, nextKey } = await listSessions({ userId, ...decodePage('sessions', request.query) })
    const { sessionId: current } = callerOf(request)
    return { items: items.map((session) => sessionView(session, current)), nextCursor: encodeCursor('sessions', nextKey) }
  })

  app.delete('/api/users/me/sessions/:sessionId', {
    config,
    schema: {
      ...describe('revokeSession', 'Accounts', 'Sign out somewhere else'),
      params: SessionParams,
      response: { 200: ref(Done), ...problems(400, 401, 404, 422) },
    },
  }, async (request) => {
    await revokeSession({ userId: userOf(request), sessionId: request.params.sessionId })
    return DONE
  })
}

function sessionView ({ sessionId, device, createdAt, lastUsedAt, expiresAt }: Session, current: string | undefined) {
  return { sessionId, device, current: sessionId === current, createdAt, lastUsedAt, expiresAt }
}
