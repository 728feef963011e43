import { BODIES } from './bodies.js'
import { adminToken, key, type Answer, type Headers, type TestService } from './service.js'

export interface World {
  readonly messageId: string
  readonly paymentId: string
  /** Of ada, by her address. */
  readonly streamerId: string
}

export interface Route {
  readonly policy: string
  readonly url: (world: World) => string
  readonly headers?: Headers
  readonly body?: object
  /** Statuses for the owner ada, another user, an administrator and the shared admin token; unknown callers get `nobody`. */
  readonly owner: number
  readonly other: number
  readonly admin: number
  readonly shared: number
  readonly nobody: number
}

const at = (url: string) => () => url
const everybody = (url: string, status = 200): Route => ({ policy: 'public', url: at(url), owner: status, other: status, admin: status, shared: status, nobody: status })
const person = (url: Route['url'], statuses: Partial<Route> = {}): Route => ({ policy: 'user', url, owner: 200, other: 200, admin: 200, shared: 401, nobody: 401, ...statuses })
const office = (url: string | Route['url'], statuses: Partial<Route> = {}): Route => ({ policy: 'admin', url: typeof url === 'string' ? at(url) : url, owner: 403, other: 403, admin: 200, shared: 200, nobody: 401, ...statuses })
const streamer = (path: string, statuses: Partial<Route> = {}): Route => person(({ streamerId }) => `/api/streamers/${streamerId}/${path}`, { policy: 'user-or-admin', other: 404, shared: 200, ...statuses })
const provider = (url: string): Route => ({ policy: 'provider', url: at(url), body: {}, owner: 401, other: 401, admin: 401, shared: 401, nobody: 401 })

/** Every route of the service, with who may call it. One that is not here fails a test. */
export const ROUTES: Record<string, Route> = {
  'POST /api/messages': person(at('/api/messages'), { body: { receiverId: 'ceren', message: 'merhaba' }, owner: 201, other: 201, admin: 201 }),
  'GET /api/messages': person(at('/api/messages')),
  'PUT /api/messages/:messageId/read': person(({ messageId }) => `/api/messages/${messageId}/read`, { other: 404, admin: 404 }),
  'GET /api/conversations': person(at('/api/conversations')),
  'PUT /api/conversations/:otherUserId/read': person(at('/api/conversations/ceren/read')),
  'PUT /api/conversations/:otherUserId/block': person(at('/api/conversations/ceren/block')),
  'DELETE /api/conversations/:otherUserId/block': person(at('/api/conversations/ceren/block')),
  'POST /api/payments/process': person(at('/api/payments/process'), {
    headers: key('k-2'), body: { amount: 1, currency: 'TRY', orderId: 'o', paymentMethod: { token: 'tok_ok' } }, owner: 201, other: 201, admin: 201,
  }),
  'GET /api/payments': person(at('/api/payments')),
  'GET /api/payments/:paymentId': person(({ paymentId }) => `/api/payments/${paymentId}`, { policy: 'user-or-admin', other: 404, shared: 200 }),
  'POST /api/payments/:paymentId/refund': person(({ paymentId }) => `/api/payments/${paymentId}/refund`,
    { policy: 'user-or-admin', headers: key('r-1'), body: { amount: 1 }, owner: 403, other: 404, admin: 201, shared: 200 }),
  'GET /api/payments/:paymentId/return': { ...everybody('', 200), url: ({ paymentId }) => `/api/payments/${paymentId}/return` },
  'POST /api/payments/:paymentId/return': { ...everybody('', 200), url: ({ paymentId }) => `/api/payments/${paymentId}/return`, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  'POST /api/payments/webhook': provider('/api/payments/webhook'),
  'POST /api/payments/webhook/:provider': provider('/api/payments/webhook/simulator'),
  'POST /api/admin/payments/:paymentId/reconcile': office(({ paymentId }) => `/api/admin/payments/${paymentId}/reconcile`),
  'GET /api/admin/webhook-events': office('/api/admin/webhook-events'),
  'POST /api/admin/webhook-events/:eventId/replay': office('/api/admin/webhook-events/bm9uZQ/replay', { admin: 404, shared: 404 }),
  'GET /api/search': person(at('/api/search?type=orders&q=order'), { policy: 'user-or-admin', shared: 200 }),
  'GET /api/admin/payments': office('/api/admin/payments'),
  'GET /api/admin/export': office('/api/admin/export?type=payments'),
  'GET /api/admin/payments/stats': office('/api/admin/payments/stats'),
  'GET /api/admin/quarantine': office('/api/admin/quarantine'),
  'POST /api/admin/quarantine/:sequence/retry': office('/api/admin/quarantine/1/retry', { admin: 404, shared: 404 }),
  'POST /api/admin/quarantine/:sequence/resolve': office('/api/admin/quarantine/1/resolve', { admin: 404, shared: 404 }),
  'GET /api/admin/outbox/parked': office('/api/admin/outbox/parked'),
  'POST /api/admin/outbox/parked/:eventId/retry': office('/api/admin/outbox/parked/none/retry', { admin: 404, shared: 404 }),
  'POST /api/admin/streamers/add': office('/api/admin/streamers/add', { headers: key('s-2'), body: { email: 'ceren@example.com', minutes: 1 }, admin: 201 }),
  'GET /api/admin/streamers': office('/api/admin/streamers'),
  'GET /api/streamers/:streamerId/status': streamer('status'),
  'POST /api/streamers/:streamerId/usage': streamer('usage', { headers: key('u-1'), body: { minutes: 1, broadcastId: 'live-7' } }),
  'GET /api/streamers/:streamerId/ledger': streamer('ledger'),
  ...Object.fromEntries(['notifications', 'notification-preferences'].map((name) => [`GET /api/users/me/${name}`, person(at(`/api/users/me/${name}`))])),
  'PUT /api/users/me/notification-preferences': person(at('/api/users/me/notification-preferences'), { body: BODIES['NotificationPreferences'] ?? {} }),
  'GET /api/admin/notifications/dead': office('/api/admin/notifications/dead'),
  'POST /api/admin/notifications/dead/:notificationId/retry': office('/api/admin/notifications/dead/none/retry', { admin: 404, shared: 404 }),
  ...Object.fromEntries(['GET', 'POST'].map((method) => [`${method} /unsubscribe/:token`, everybody('/unsubscribe/none', 404)])),
  'GET /dev/outbox': everybody('/dev/outbox'),
  'GET /api/admin/audit': office('/api/admin/audit'),
  ...Object.fromEntries(['register', 'verify-email', 'login', 'refresh', 'logout', 'forgot-password', 'reset-password'].map((name) => [`POST /api/auth/${name}`, everybody(`/api/auth/${name}`, 400)])),
  'GET /api/auth/verify-reset-token': everybody('/api/auth/verify-reset-token?token=none', 400),
  'GET /.well-known/jwks.json': everybody('/.well-known/jwks.json'),
  // These callers have tokens, but no account here.
  'GET /api/users/me': person(at('/api/users/me'), { owner: 404, other: 404, admin: 404 }),
  'PATCH /api/users/me': person(at('/api/users/me'), { body: { name: 'Ada' }, owner: 404, other: 404, admin: 404 }),
  'DELETE /api/users/me': person(at('/api/users/me'), { owner: 404, other: 404, admin: 404 }),
  'GET /api/users/me/sessions': person(at('/api/users/me/sessions')),
  'DELETE /api/users/me/sessions/:sessionId': person(at('/api/users/me/sessions/ses_none'), { owner: 404, other: 404, admin: 404 }),
  'GET /api/admin/users': office('/api/admin/users'),
  'PATCH /api/admin/users/:userId': office('/api/admin/users/usr_none', { body: { role: 'user' }, admin: 404, shared: 404 }),
  'GET /api/health': everybody('/api/health'),
  'GET /api/health/live': everybody('/api/health/live'),
  'GET /api/health/ready': everybody('/api/health/ready'),
  'GET /metrics': everybody('/metrics'),
  'GET /openapi.json': everybody('/openapi.json'),
  'GET /docs': everybody('/docs'),
  'GET /docs/*': everybody('/docs/static/index.css'),
  'GET /simulator/pay/:reference': everybody('/simulator/pay/sim_none', 404),
  'POST /simulator/pay/:reference': { ...everybody('/simulator/pay/sim_none', 404), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
}

/** Who makes what the routes name. */
export interface Makers {
  readonly payer: Headers
  readonly payerId: string
  readonly writer: Headers
}

/** A message to the payer, a payment of his, and minutes of ada. */
export async function world ({ call }: TestService, { payer, payerId, writer }: Makers): Promise<World> {
  const message = await call('POST', '/api/messages', writer, { receiverId: payerId, message: 'merhaba' })
  const payment = await call('POST', '/api/payments/process', { ...payer, ...key('k-1') },
    { amount: 500, currency: 'TRY', orderId: 'order-1', sellerId: 'sela', paymentMethod: { token: 'tok_ok' } })
  const added = await call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('s-1') }, { email: 'ada@example.com', minutes: 10 })
  const { streamerId } = added.body['streamer'] as { streamerId: string }
  return { messageId: message.body.messageId, paymentId: payment.body.paymentId, streamerId }
}

/** Calls a route as somebody. */
export async function ask ({ call }: TestService, name: string, { url, headers, body }: Route, ids: World, caller: Headers): Promise<Answer> {
  const form = headers?.['content-type'] === 'application/x-www-form-urlencoded'
  return await call(String(/[A-Z]+(?= )/.exec(name)), url(ids), { ...headers, ...caller }, body, form ? 'decision=approve' : undefined)
}
