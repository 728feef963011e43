import { SCOPES, SCOPES_OF_ROLES, type Scope } from '#domain/accounts/permissions.js'
import type { Role } from '#domain/accounts/user.js'
import { BODIES } from './bodies.js'
import type { Route } from './routes.js'
import { adminToken, key, type Answer, type Headers, type TestService } from './service.js'

/** Ids of what exists and belongs to ada. */
export interface World {
  readonly messageId: string
  readonly paymentId: string
  readonly streamerId: string
  /** A live room. Everyone may see it, and its owner and administrators may change it. */
  readonly roomId: string
  /** A private channel of ada. */
  readonly channelId: string
}

/** `owner` is ada, `other` another user, a role another user with it, `shared` the shared token of the operators, `nobody` a caller without valid credentials. */
export type CallerKind = 'owner' | 'other' | Exclude<Role, 'user'> | 'shared' | 'nobody'

/** What callers may do for others. */
const SCOPES_OF: Readonly<Record<CallerKind, readonly Scope[]>> = { owner: [], other: [], ...SCOPES_OF_ROLES, shared: SCOPES, nobody: [] }
type Verdict = 'let in' | 'not found' | 'forbidden' | 'unauthorized' | 'not signed'

/** Names in a path of ids of what belongs to one user, and does not exist for others. The world holds one of each. */
const OWNED = ['messageId', 'paymentId', 'streamerId', 'channelId'] as const
/** Values for other names in the paths of routes for users. */
const NAMED: Readonly<Record<string, string>> = { otherUserId: 'ceren', userId: 'ceren', sessionId: 'ses_none', shipmentId: 'ship_none' }
/** Values for names in the paths of other routes whose schema allows no arbitrary text. */
const SPECIAL: Readonly<Record<string, string>> = { sequence: '1', errorId: `err_${'a'.repeat(52)}`, provider: 'simulator', carrier: 'simulator', code: '34', '*': 'static/index.css' }

/** What would name another charge than that of the payment. */
const ABSENT = { providerReference: undefined }

/** What names a message of a channel: the world has none, so that each caller meets 404. */
const OF_CHANNEL_MESSAGES = new Set(['POST /api/channels/:channelId/messages', 'DELETE /api/channels/:channelId/messages/:messageId', 'PUT /api/channels/:channelId/read'])

/** Routes that refuse the owner: the owner of a channel stays, only the seller or an administrator refunds or ships a payment, and the body of a new room names another streamer. */
const FORBIDDEN_TO_OWNERS = new Set(['POST /api/payments/:paymentId/refund', 'POST /api/payments/:paymentId/shipments', 'POST /api/payments/:paymentId/shipments/quote', 'POST /api/rooms', 'POST /api/channels/:channelId/leave'])
/** What anyone may ask of a room; whether they may do it depends on the message. */
const OF_MESSAGES = new Set(['DELETE /api/rooms/:roomId/messages/:messageId'])

/** Whether the route is about rooms, which exist for everyone. */
function isOfRooms ({ path }: Route): boolean {
  return path.startsWith('/api/rooms')
}

/** Names in the path of a route for users that are in neither list: the test does not know whether they are owned or merely named. */
export function undecidedIds ({ path, policy = '' }: Route): string[] {
  const names = path.matchAll(/:(\w+)/g).map(([, name = '']) => name).toArray()
  return policy.startsWith('user') ? names.filter((name) => !isOwned(name) && name !== 'roomId' && !(name in NAMED)) : []
}

/** Whether the path of a route names something that belongs to one user. */
export function isOfOneUser (route: Route): boolean {
  const { path, policy = '' } = route
  return policy.startsWith('user') && !isOfRooms(route) && !OF_CHANNEL_MESSAGES.has(route.name) && OWNED.some((name) => path.includes(`:${name}`))
}

function isOwned (name: string): name is keyof World {
  return (OWNED as readonly string[]).includes(name)
}

/** The verdict that the policy of a route promises to a caller. */
export function expectedVerdict (route: Route, caller: CallerKind): Verdict {
  switch (route.policy) {
    case 'public': return 'let in'
    // Without credentials they are let in too.
    case 'guest': return caller === 'nobody' ? 'unauthorized' : 'let in'
    case 'provider': return 'not signed'
    // None of them has entered the console.
    case 'console': return 'unauthorized'
    case 'admin': return caller === 'nobody' ? 'unauthorized' : hasScope(route, caller) ? 'let in' : 'forbidden'
    case 'user': return caller === 'nobody' || caller === 'shared' ? 'unauthorized' : ofOneUser(route, caller, caller === 'owner')
    case 'user-or-admin': return caller === 'nobody' ? 'unauthorized' : ofOneUser(route, caller, caller === 'owner' || hasScope(route, caller))
    default: throw new Error(`${route.name} has an unknown policy: ${String(route.policy)}`)
  }
}

/** Whether the caller acts for others there. */
export function hasScope ({ scope }: Route, caller: CallerKind): boolean {
  return scope !== undefined && SCOPES_OF[caller].includes(scope)
}

/** The verdict that the policy of a route promises to an API key with these scopes, which is no user. */
export function verdictForKey (route: Route, scopes: readonly Scope[]): Verdict {
  switch (route.policy) {
    case 'provider': return 'not signed'
    case 'user': case 'console': return 'unauthorized'
    // A stream would outlast its key.
    case 'admin': case 'user-or-admin': return route.scope !== undefined && scopes.includes(route.scope) && !route.isStream ? 'let in' : 'forbidden'
    default: return 'let in'
  }
}

function ofOneUser (route: Route, caller: CallerKind, mayKnow: boolean): Verdict {
  if (caller === 'owner' && FORBIDDEN_TO_OWNERS.has(route.name)) return 'forbidden'
  if (!mayKnow && isOfRooms(route) && route.policy === 'user-or-admin' && !OF_MESSAGES.has(route.name)) return 'forbidden'
  return !isOfOneUser(route) || mayKnow ? 'let in' : 'not found'
}

/** Refusals that are about the thing, and so come only after the caller was let in. */
const REFUSED_FOR_THE_THING: ReadonlySet<string> = new Set(['too_many_attempts', 'payment_not_cancelable', 'payment_not_shippable', 'already_shipped', 'nothing_to_return', 'address_unresolved', 'carrier_unsupported', 'order_already_paid', 'receiver_unreachable', 'not_a_streamer', 'room_state', 'room_not_live', 'room_unknown', 'version_conflict'])

/** The verdict of an answer. A caller who is let in gets a success, or 404 for an id that the world does not have; on a public route also a refusal of the input. */
export function verdictOf (route: Route, { status, headers, body: { code } }: Answer): string {
  if (status === 401 && headers['www-authenticate'] === 'Bearer' && code === 'unauthorized') return 'unauthorized'
  if (status === 401 && code === 'invalid_webhook_signature') return 'not signed'
  if (status === 403 && code === 'forbidden') return 'forbidden'
  if (status === 404 && isOfOneUser(route)) return 'not found'
  const isLetIn = route.policy === 'public' ? status < 500 && status !== 403 : status < 300 || status === 404 || REFUSED_FOR_THE_THING.has(code)
  return isLetIn ? 'let in' : `${status} ${code}`
}

/** Callers who make the things of the world. */
export interface Makers {
  readonly payer: Headers
  readonly payerId: string
  readonly writer: Headers
}

/** A message to the payer, a payment and a channel by the payer, and minutes and a live room of ada. */
export async function world ({ call }: TestService, { payer, payerId, writer }: Makers): Promise<World> {
  const message = await call('POST', '/api/messages', writer, { receiverId: payerId, message: 'merhaba' })
  const payment = await call('POST', '/api/payments/process', { ...payer, ...key('world') },
    { amount: 500, currency: 'TRY', orderId: 'order-of-the-world', sellerId: 'sela', paymentMethod: { token: 'tok_ok' } })
  const added = await call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('world') }, { email: 'ada@example.com', minutes: 10 })
  const { streamerId } = added.body['streamer'] as { streamerId: string }
  const room = await call('POST', '/api/rooms', { ...adminToken, ...key('world') }, { title: 'Scarves', streamerId })
  const roomId = String(room.body['roomId'])
  await call('POST', `/api/rooms/${roomId}/start`, adminToken)
  const channel = await call('POST', '/api/channels', { ...payer, ...key('world') }, { name: 'Scarf lovers', kind: 'private' })
  return { messageId: message.body.messageId, paymentId: payment.body.paymentId, streamerId, roomId, channelId: String(channel.body['channelId']) }
}

/** The address of a route, with the ids of this world. */
export function addressOf ({ path, query }: Route, ids: World): string {
  const address = path.replaceAll(/:(\w+)|\*/g, (text, name: string | undefined) => {
    if (name === 'roomId' || (name !== undefined && isOwned(name))) return ids[name]
    return NAMED[name ?? ''] ?? SPECIAL[name ?? text] ?? 'none'
  })
  const parameters = new URLSearchParams(query).toString()
  return parameters === '' ? address : `${address}?${parameters}`
}

/** Calls a route as this caller, with a right body where callers have to be known. A public route gets none, so that it registers and signs in no one. */
export async function ask ({ call }: TestService, route: Route, ids: World, caller: Headers): Promise<Answer> {
  const body = route.policy === 'public' || route.policy === 'provider' || route.body === undefined ? undefined : { ...BODIES[route.body], ...ABSENT }
  return await call(route.method, addressOf(route, ids), { ...(body === undefined ? {} : key('k-1')), ...caller }, body)
}
