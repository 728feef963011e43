import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CHANNELS, type Notification as NotificationEntity } from '#domain/notifications/notification.js'
import type { NotificationPreferences as PreferencesEntity } from '#domain/notifications/notification-preferences.js'
import type { NotificationUseCases } from '#application/notifications/use-cases.js'
import { userOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { Notification, NotificationList, NotificationParams, NotificationPreferences, NotificationsQuery } from './schemas.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'

const OF_USER = 'notifications'
const DEAD = 'dead notifications'

export const notificationRoutes: FastifyPluginAsyncTypebox<NotificationUseCases> = async (app, useCases) => {
  const { listNotifications, getNotificationPreferences, setNotificationPreferences, listDeadNotifications, retryNotification } = useCases

  app.get('/api/users/me/notifications', {
    config: { policy: 'user' },
    schema: {
      ...describe('listNotifications', 'Notifications', 'What you were told, or would have been, newest first'),
      querystring: NotificationsQuery,
      response: { 200: ref(NotificationList), ...problems(400, 401, 422) },
    },
  }, async (request) => {
    const { items, nextKey } = await listNotifications({ userId: userOf(request), ...decodePage(OF_USER, request.query) })
    return { items: items.map(notificationView), nextCursor: encodeCursor(OF_USER, nextKey) }
  })

  app.get('/api/users/me/notification-preferences', {
    config: { policy: 'user' },
    schema: {
      ...describe('getNotificationPreferences', 'Notifications', 'How you want to be told'),
      response: { 200: ref(NotificationPreferences), ...problems(400, 401, 422) },
    },
  }, async (request) => preferencesView(await getNotificationPreferences(userOf(request))))

  app.put('/api/users/me/notification-preferences', {
    config: { policy: 'user' },
    schema: {
      ...describe('setNotificationPreferences', 'Notifications', 'Say how you want to be told'),
      body: ref(NotificationPreferences),
      response: { 200: ref(NotificationPreferences), ...problems(400, 401, 413, 415, 422) },
    },
  }, async (request) => {
    const { quietHours = null, locale = null, ...body } = request.body
    return preferencesView(await setNotificationPreferences(userOf(request), { ...body, quietHours, locale }))
  })

  app.get('/api/admin/notifications/dead', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listDeadNotifications', 'Back office', 'Notifications that could not be sent and wait for a person'),
      querystring: NotificationsQuery,
      response: { 200: ref(NotificationList), ...problems(400, 401, 403, 422) },
    },
  }, async ({ query }) => {
    const { items, nextKey } = await listDeadNotifications(decodePage(DEAD, query))
    return { items: items.map(notificationView), nextCursor: encodeCursor(DEAD, nextKey) }
  })

  app.post('/api/admin/notifications/dead/:notificationId/retry', {
    config: { policy: 'admin' },
    schema: {
      ...describe('retryNotification', 'Back office', 'Let a notification try again to be sent, where it has failed'),
      params: NotificationParams,
      response: { 200: ref(Notification), ...problems(400, 401, 403, 404, 422) },
    },
  }, async ({ params: { notificationId } }) => notificationView(await retryNotification(notificationId)))
}

/** What is not said is left out. */
function preferencesView ({ quietHours, locale, ...preferences }: PreferencesEntity) {
  return { ...preferences, ...(quietHours !== null && { quietHours }), ...(locale !== null && { locale }) }
}

/** What happened, without address and link. */
function notificationView (notification: NotificationEntity) {
  const { notificationId, kind, subjectId, amount, currency, state, reason, deliveries, createdAt } = notification
  const ended = CHANNELS.flatMap((channel) => {
    const delivery = deliveries[channel]
    return delivery === undefined ? [] : [{ channel, ...delivery }]
  })
  return { notificationId, kind, subjectId, amount, currency, state, reason, deliveries: ended, createdAt }
}
