import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Session } from '#domain/accounts/session.js'
import { callerOf, userOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { PageOnlyQuery, pageOf } from '../shared/lists.js'
import { e164 } from '../shared/phone.js'
import { Done, DONE, ERASING, ref } from '../shared/schemas.js'
import type { Accounts } from './auth-routes.js'
import { AdministerUserBody, ChangeEmailBody, ChangePasswordBody, DeleteAccountBody, SessionList, SessionParams, UpdateProfileBody, User, UserList, UserParams, userView } from './schemas.js'

/** What users see and change of their own account. */
export const userRoutes: FastifyPluginAsyncTypebox<Accounts> = async (app, { useCases }) => {
  const { getUser, updateProfile, changeEmail, changePassword, deleteAccount, listSessions, revokeSession } = useCases

  app.get('/api/users/me', {
    config: { policy: 'user', refuses: ['not_found'] },
    schema: { ...describe('getProfile', 'Accounts', 'Read your account'), response: { 200: ref(User) } },
  }, async (request) => userView(await getUser(userOf(request))))

  app.patch('/api/users/me', {
    config: { policy: 'user', refuses: ['not_found'] },
    schema: {
      ...describe('updateProfile', 'Accounts', 'Change the fields that are sent, and keep the others'),
      body: ref(UpdateProfileBody),
      response: { 200: ref(User) },
    },
  }, async (request) => {
    const { phone, ...others } = request.body
    const fields = typeof phone === 'string' ? { ...others, phone: e164(phone) } : request.body
    return userView(await updateProfile({ userId: userOf(request), fields }))
  })

  app.delete('/api/users/me', {
    config: { policy: 'user', refuses: ['not_found', 'wrong_password', 'too_many_attempts', 'busy'] },
    schema: {
      ...describe('deleteAccount', 'Accounts', 'Delete your account. What is stored of you elsewhere is cleared soon. Your messages and payments stay, under an id that no longer names you'),
      body: ref(DeleteAccountBody),
      response: { 202: ERASING },
    },
  }, async (request, reply) => {
    await deleteAccount({ userId: userOf(request), password: request.body.password, ip: request.ip })
    return await reply.code(202).send(DONE)
  })

  app.post('/api/users/me/email', {
    config: { policy: 'user', refuses: ['not_found', 'wrong_password', 'too_many_attempts', 'busy'] },
    schema: {
      ...describe('changeEmail', 'Accounts', 'Have a link mailed to a new address, which becomes yours once it is opened'),
      body: ref(ChangeEmailBody),
      response: { 202: { ...ref(Done), description: 'Accepted. The answer is the same with and without an account of the new address' } },
    },
  }, async (request, reply) => {
    await changeEmail({ ...request.body, userId: userOf(request), ip: request.ip })
    return await reply.code(202).send(DONE)
  })

  app.post('/api/users/me/password', {
    config: { policy: 'user', refuses: ['not_found', 'wrong_password', 'weak_password', 'too_many_attempts', 'busy'] },
    schema: {
      ...describe('changePassword', 'Accounts', 'Set a new password, and end your other sessions'),
      body: ref(ChangePasswordBody),
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    const { sessionId = null } = callerOf(request)
    await changePassword({ ...request.body, userId: userOf(request), sessionId, ip: request.ip })
    return DONE
  })

  app.get('/api/users/me/sessions', {
    config: { policy: 'user' },
    schema: {
      ...describe('listSessions', 'Accounts', 'List your sessions, newest first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(SessionList) },
    },
  }, async (request) => {
    const userId = userOf(request)
    const { sessionId: current } = callerOf(request)
    return await pageOf('sessions', request.query, async (page) => await listSessions({ userId, ...page }), (session) => sessionView(session, current))
  })

  app.delete('/api/users/me/sessions/:sessionId', {
    config: { policy: 'user', refuses: ['not_found'] },
    schema: {
      ...describe('revokeSession', 'Accounts', 'End one of your sessions'),
      params: SessionParams,
      response: { 200: ref(Done) },
    },
  }, async (request) => {
    await revokeSession({ userId: userOf(request), sessionId: request.params.sessionId })
    return DONE
  })
}

/** What administrators see and change of users. */
export const adminUserRoutes: FastifyPluginAsyncTypebox<Accounts> = async (app, { useCases: { listUsers, administerUser } }) => {
  app.get('/api/admin/users', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listUsers', 'Back office', 'List all users, newest first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(UserList) },
    },
  }, async ({ query }) => await pageOf('users', query, listUsers, userView))

  app.patch('/api/admin/users/:userId', {
    config: { policy: 'admin', scope: 'users', audit: 'by-the-change', refuses: ['not_found', 'own_account', 'step_up_required'] },
    schema: {
      ...describe('administerUser', 'Back office', 'Suspend a user, lift the suspension, or change the role'),
      params: UserParams,
      body: ref(AdministerUserBody),
      response: { 200: ref(User) },
    },
  }, async (request) => {
    const { status = null, role = null } = request.body
    return userView(await administerUser({ actor: { caller: callerOf(request), requestId: request.id }, userId: request.params.userId, status, role }))
  })
}

export function sessionView ({ sessionId, device, createdAt, lastUsedAt, expiresAt }: Session, current: string | undefined) {
  return { sessionId, device, current: sessionId === current, createdAt, lastUsedAt, expiresAt }
}
