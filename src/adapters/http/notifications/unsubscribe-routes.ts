import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { NotificationUseCases } from '#application/notifications/use-cases.js'

interface Route {
  Params: { token: string }
}

const PATH = '/unsubscribe/:token'
const FORM_BYTES_MAX = 1024

/**
 * Ends e-mails of one kind by the link in one of them. A mail program posts to the link (RFC 8058). A person who follows it gets a button,
 * because scanners follow the links of an e-mail too, and must not unsubscribe anyone.
 */
export const unsubscribeRoutes: FastifyPluginAsync<NotificationUseCases> = async (app, { findSubscription, unsubscribe }) => {
  const route = { config: { policy: 'public' }, schema: { hide: true } } as const
  app.removeAllContentTypeParsers()
  // The body is ignored: the address holds everything.
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: FORM_BYTES_MAX }, async () => null)

  app.get<Route>(PATH, route, async ({ params: { token } }, reply) => {
    findSubscription(token)
    return show(reply, '<form method="post"><button>E-postaları durdur · Stop these mails</button></form>')
  })

  app.post<Route>(PATH, route, async ({ params: { token } }, reply) => {
    await unsubscribe(token)
    return show(reply, '<p>Bu tür e-postalar artık gönderilmeyecek. · You will get no more mails of this kind.</p>')
  })
}

/** Shows neither the user nor the address, because the link may have been forwarded. */
function show (reply: FastifyReply, content: string): FastifyReply {
  return reply.headers({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }).send(`<!doctype html><html lang="tr"><head><meta charset="utf-8"><title>BasVideo</title></head><body>${content}</body></html>`)
}
