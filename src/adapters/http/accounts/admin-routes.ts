import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AccountUseCases } from '#application/accounts/use-cases.js'
import { AdministerUserBody, PageOnlyQuery, User, UserList, UserParams } from './schemas.js'
import { callerOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'
import { userView } from './view.js'

export const adminUserRoutes: FastifyPluginAsyncTypebox<AccountUseCases> = async (app, { listUsers, administerUser }) => {
  app.get('/api/admin/users', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listUsers', 'Back office', 'All users, newest first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(UserList), ...problems(400, 401, 403, 422) },
    },
  }, async ({ query }) => {
    const { items, nextKey } = await listUsers(decodePage('users', query))
    return { items: items.map(userView), nextCursor: encodeCursor('users', nextKey) }
  })

  app.patch('/api/admin/users/:userId', {
    config: { policy: 'admin', audit: 'by-the-change' },
    schema: {
      ...describe('administerUser', 'Back office', 'Suspend a user, let him in again, or give him a role'),
      params: UserParams,
      body: ref(AdministerUserBody),
      response: { 200: ref(User), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
    },
  }, async (request) => {
    const { status = null, role = null } = request.body
    return userView(await administerUser({ actor: { caller: callerOf(request), requestId: request.id }, userId: request.params.userId, status, role }))
  })
}
