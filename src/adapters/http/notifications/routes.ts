import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import type { Channel, Notification as NotificationEntity } from '#domain/notifications/notification.js'
import type { Contact, NotificationPreferences as PreferencesEntity } from '#domain/notifications/notification-preferences.js'
import type { NotificationUseCases } from '#application/notifications/use-cases.js'
import { languageOf, makePage, type Language, type Page, type Texts } from '#adapters/pages/page.js'
import { callerOf, userOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { answerProblem, answerWithPage } from '../shared/error-handler.js'
import { PageOnlyQuery, pageOf } from '../shared/lists.js'
import { e164, isPhone } from '../shared/phone.js'
import { ref } from '../shared/schemas.js'
import { Notification, NotificationList, NotificationParams, NotificationPreferences } from './schemas.js'

export const notificationRoutes: FastifyPluginAsyncTypebox<NotificationUseCases> = async (app, useCases) => {
  const { listNotifications, getNotificationPreferences, setNotificationPreferences, listDeadNotifications, retryNotification } = useCases

  app.get('/api/users/me/notifications', {
    config: { policy: 'user' },
    schema: {
      ...describe('listNotifications', 'Notifications', 'List the notifications to you, sent or not, newest first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(NotificationList) },
    },
  }, async (request) => {
    const userId = userOf(request)
    return await pageOf('notifications', request.query, async (page) => await listNotifications({ userId, ...page }), notificationView)
  })

  app.get('/api/users/me/notification-preferences', {
    config: { policy: 'user', refuses: ['card_number'] },
    schema: {
      ...describe('getNotificationPreferences', 'Notifications', 'Read your notification preferences'),
      response: { 200: ref(NotificationPreferences) },
    },
  }, async (request) => preferencesView(await getNotificationPreferences(userOf(request))))

  app.put('/api/users/me/notification-preferences', {
    config: { policy: 'user', refuses: ['unknown_time_zone'] },
    schema: {
      ...describe('setNotificationPreferences', 'Notifications', 'Replace your notification preferences'),
      body: ref(NotificationPreferences),
      response: { 200: ref(NotificationPreferences) },
    },
  }, async (request) => {
    const { quietHours = null, locale = null, ...body } = request.body
    return preferencesView(await setNotificationPreferences(userOf(request), { ...body, quietHours, locale, contact: contactOf(callerOf(request)) }))
  })

  app.get('/api/admin/notifications/dead', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listDeadNotifications', 'Back office', 'List dead notifications, which will not be sent unless you retry them'),
      querystring: PageOnlyQuery,
      response: { 200: ref(NotificationList) },
    },
  }, async ({ query }) => await pageOf('dead notifications', query, listDeadNotifications, notificationView))

  app.post('/api/admin/notifications/dead/:notificationId/retry', {
    config: { policy: 'admin', scope: 'operate', refuses: ['not_found'] },
    schema: {
      ...describe('retryNotification', 'Back office', 'Send a dead notification again, on the channels that failed'),
      params: NotificationParams,
      response: { 200: ref(Notification) },
    },
  }, async ({ params: { notificationId } }) => notificationView(await retryNotification(notificationId)))
}

/** The addresses in a token of another issuer. Those of an account of ours are in the account. */
function contactOf ({ sessionId, email, phone }: Caller): Contact | null {
  return sessionId === undefined ? { email: email ?? null, phone: phone !== undefined && isPhone(phone) ? e164(phone) : null } : null
}

/** Without the fields that are not set, and without addresses. */
export function preferencesView ({ quietHours, locale, contact, senderAddress, ...preferences }: PreferencesEntity) {
  return { ...preferences, ...(quietHours !== null && { quietHours }), ...(locale !== null && { locale }) }
}

/** A notification without the address and the link. A newer version may have delivered it on channels that this one does not know. */
export function notificationView (notification: NotificationEntity) {
  const { notificationId, kind, subjectId, amount, currency, state, reason, deliveries, createdAt } = notification
  const byChannel = Object.entries(deliveries).map(([channel, delivery]) => ({ channel: channel as Channel, ...delivery }))
  return { notificationId, kind, subjectId, amount, currency, state, reason, deliveries: byChannel.toSorted(byName), createdAt }
}

function byName (one: { readonly channel: string }, other: { readonly channel: string }): number {
  return one.channel.localeCompare(other.channel)
}

interface UnsubscribeRoute {
  Params: { '*': string }
}

const UNSUBSCRIBE = '/unsubscribe/'
const FORM_BYTES_MAX = 1024

/** Answers an address that cannot be decoded, and that nothing routes therefore. */
export const answerUndecodable: typeof answerProblem = (error, request, reply) => {
  if (request.url.startsWith(UNSUBSCRIBE)) refuseUnsubscribe(new DomainError('not_found', 'the link is not complete'), request, reply)
  else answerProblem(error, request, reply)
}

const refuseUnsubscribe = answerWithPage((language, code) => page(language, code === 'not_found' ? NO_LINK : FAILED))

/**
 * Ends e-mails of one kind by the link in one of them. A mail program posts to the link (RFC 8058). A person who follows it gets a button,
 * because scanners follow the links of an e-mail too, and must not unsubscribe anyone.
 */
export const unsubscribeRoutes: FastifyPluginAsync<NotificationUseCases> = async (app, { findSubscription, unsubscribe }) => {
  const route = { config: { policy: 'public' }, schema: { hide: true } } as const
  app.setErrorHandler(refuseUnsubscribe)
  app.removeAllContentTypeParsers()
  // The body is ignored: the address holds everything.
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: FORM_BYTES_MAX }, async () => null)

  app.get<UnsubscribeRoute>(`${UNSUBSCRIBE}*`, route, async ({ params: { '*': token }, headers }, reply) => {
    findSubscription(token)
    return sendPage(reply, headers, QUESTION)
  })

  app.post<UnsubscribeRoute>(`${UNSUBSCRIBE}*`, route, async ({ params: { '*': token }, headers }, reply) => {
    await unsubscribe(token)
    return sendPage(reply, headers, DONE)
  })
}

const TITLE: Texts = { en: 'E-mails from BasVideo', tr: 'BasVideo e-postaları' }
const QUESTION: Texts = {
  en: '<p>Do you want no more mails of this kind?</p><form method="post"><button>Stop these mails</button></form>',
  tr: '<p>Bu tür e-postaları artık almak istemiyor musunuz?</p><form method="post"><button>E-postaları durdur</button></form>',
}
const DONE: Texts = {
  en: '<p role="status">You will get no more mails of this kind.</p>',
  tr: '<p role="status">Bu tür e-postalar artık gönderilmeyecek.</p>',
}
const NO_LINK: Texts = {
  en: '<p role="status">This link is not complete. Open it again from the mail. Nothing was changed.</p>',
  tr: '<p role="status">Bu bağlantı eksik. E-postadaki bağlantıyı yeniden açın. Hiçbir şey değiştirilmedi.</p>',
}
const FAILED: Texts = {
  en: '<p role="status">That did not work. Please try again in a few minutes.</p>',
  tr: '<p role="status">İşlem yapılamadı. Lütfen birkaç dakika sonra yeniden deneyin.</p>',
}

/** Shows neither the user nor the address, because the link may have been forwarded. */
function sendPage (reply: FastifyReply, requested: FastifyRequest['headers'], content: Texts): FastifyReply {
  const { headers, html } = page(languageOf(requested['accept-language']), content)
  return reply.headers(headers).send(html)
}

function page (language: Language, content: Texts): Page {
  return makePage(language, TITLE[language], content[language])
}
