import { memoryStores } from '#adapters/memory/stores.js'
import type { ErrorBuffer } from '#application/error-log/error-buffer.js'
import type { PerformanceBuffer } from '#application/performance/performance-buffer.js'
import type { OpenStores } from '#application/ports/stores.js'
import { startAccounts, type AccountService } from '../support/accounts.js'
import { enterConsole, FROM_CONSOLE } from '../support/console.js'
import type { Lasting } from '../support/provider-server.js'
import { lately, signOrder } from '../support/order-tokens.js'
import { ADMIN_TOKEN, adminToken, CARRIER_SECRET, WEBHOOK_SECRET, type Answer, type Headers } from '../support/service.js'
import { signedWebhook } from '../support/signed-webhook.js'
import { videoSignature } from '../support/video.js'
import { GUARDED, makeApps, OF_APPS, STEP_MS } from './apps.js'
import { Known, Pool } from './known.js'
import { operationsOf, type Caller, type FuzzOperation } from './operations.js'
import type { FuzzRequest } from './requests.js'
import { PARCEL, PARTY } from './situations.js'
import { CHANNELS, fillWithTrouble, LIVE_ROOMS, paymentInTrouble, REPORTED_MESSAGES, ROOM_MESSAGE } from './trouble.js'

export interface Target {
  readonly service: AccountService
  readonly operations: readonly FuzzOperation[]
  /** Signs in all callers, with new users in place of those who left. Called once a round, because access tokens are valid for fifteen minutes of the test's time. */
  readonly signIn: () => Promise<void>
  /** Sends a request, and collects values from the answer. @throws Error for an answer that does not match the document */
  readonly send: (request: FuzzRequest) => Promise<Answer>
}

/** Names of values in answers that later requests can use. */
const USEFUL = ['messageId', 'paymentId', 'shipmentId', 'streamerId', 'roomId', 'channelId', 'eventId', 'notificationId', 'keyId', 'refreshToken']
/** Operations that take the token of an e-mail. */
const BY_MAIL = ['verifyEmail', 'verifyResetToken', 'resetPassword']
/** Operations on payments that have trouble behind them. */
const OF_TROUBLE = ['readBilling', 'resolveRefund', 'resolveFlag', 'returnPayer', 'returnPayerByForm']
/** The operation after which a user is of no use to others. */
const ERASURE = 'erasePerson'
/** The name in the pool of messages of rooms and channels. */
const OF_ROOMS = 'messageId of rooms'
/** The name in the pool of shipments that have a label. */
const OF_LABELS = 'shipmentId of labels'
/** The name in the pool of payments whose parcel has arrived, and those of returns that no one has answered, by the operation that does. */
const OF_ARRIVED = 'paymentId of what has arrived'
const ANSWERS = ['acceptReturn', 'declineReturn']
/** The operation on reported messages. They are in a room that no other request knows. */
const RESOLUTION = 'resolveRoomReport'
/** The operations on a room that is not live and a payment that is not paid. Each has one that no other request knows. */
const CANCELLATIONS = ['cancelRoom', 'cancelPayment']
/** How many of the last e-mails are searched, and the links of how many users are tried. */
const MAILS = 100
const HOLDERS = 4
const BETWEEN_MS = 150
/** So much time between rounds that no user registers too often. */
const BETWEEN_VISITS_MS = 24 * 3_600_000

export interface TargetOptions {
  readonly store?: OpenStores
  readonly env?: Record<string, string>
  readonly errorBuffer?: ErrorBuffer
  readonly performanceBuffer?: PerformanceBuffer
}

/** The whole service with accounts in memory, and its callers. */
export async function startTarget (t: Lasting, { store = memoryStores(), env = {}, ...buffers }: TargetOptions = {}): Promise<Target> {
  await fillWithTrouble(store)
  const service = await startAccounts(t, { env: { RETURN_URL_ORIGINS: 'https://shop.example', RATE_LIMIT_MAX: '1000000000', ...env }, replacements: { openedStores: store, ...buffers } })
  const operations = operationsOf(service.contract)
  const pool = new Pool()
  const people = new Map<Caller, Headers>([['operator', adminToken], ['nobody', {}]])
  for (const name of ['ayse', 'mehmet', 'admin'] as const) await service.join(`${name}@example.com`)
  const { userId } = await service.signIn('admin@example.com')
  await service.call('PATCH', `/api/admin/users/${userId}`, adminToken, { role: 'admin' })
  const ids = new Map<Caller, string>()
  const apps = makeApps(service)
  let [sent, visits] = [0, 0]
  /** Users who only forget their password: setting a new one ends all of their sessions. */
  let forgetful: string[] = []

  async function signIn (): Promise<void> {
    visits++
    forgetful = ['forgetful', 'oblivious'].map((name) => `${name}${visits}@example.com`)
    for (const email of forgetful) await service.join(email)
    service.advance(BETWEEN_VISITS_MS)
    for (const name of ['ayse', 'mehmet', 'admin'] as const) {
      const { headers, userId: id } = await service.signIn(`${name}@example.com`)
      people.set(name, headers)
      ids.set(name, id)
      if (name !== 'admin') pool.put('receiverId', id)
    }
    people.set('console', (await enterConsole(service, { token: ADMIN_TOKEN })).headers)
    for (const roomId of LIVE_ROOMS.slice(1)) pool.put('roomId', roomId)
    for (const channelId of CHANNELS) {
      pool.put('channelId', channelId)
      // Members alone write and read: of a channel that a request has deleted, no one is.
      for (const name of ['ayse', 'mehmet'] as const) await service.call('POST', `/api/channels/${channelId}/join`, people.get(name))
    }
    pool.put(OF_ROOMS, ROOM_MESSAGE)
    for (const messageId of REPORTED_MESSAGES) pool.put('messageId of reports', messageId)
    pool.put(OF_LABELS, await shipmentWithLabel())
    await fillWithReturns()
    await reportMessage()
    await makeCancelable()
    for (const name of ['leaver', 'quitter', 'erased'] as const) {
      const email = `${name}${visits}@example.com`
      await service.join(email)
      const { headers, userId: id } = await service.signIn(email)
      if (name !== 'erased') people.set(name, headers)
      if (name !== 'quitter') pool.put(name === 'leaver' ? 'userId' : `userId of ${ERASURE}`, id)
    }
    for (const name of GUARDED) people.set(name, await apps.join(name, `${name}${visits}@example.com`))
    service.advance(STEP_MS)
  }

  /** The token of one of the last links for this operation. Only the last link of each user counts, because it has ended those before. */
  function mailed ({ nth }: Known, { id }: FuzzOperation): string {
    const wanted = id === 'verifyEmail' ? 'email_verification' : 'password_reset'
    const last = new Map<string, string | undefined>()
    for (const { kind, to, data: { link } } of service.enqueued().slice(-MAILS)) {
      if (kind !== wanted) continue
      last.delete(to)
      last.set(to, link)
    }
    const links = [...last.values()].slice(-HOLDERS)
    const link = links[nth % links.length]
    return link === undefined ? 'unknown' : new URL(link).searchParams.get('token') ?? ''
  }

  async function shipmentWithLabel (): Promise<string> {
    const call = async (name: Caller, path: string, body: object) => (await service.call('POST', path, { ...people.get(name), 'idempotency-key': `label-${visits}` }, body)).body
    const paid = await call('ayse', '/api/payments/process', { amount: 500, currency: 'TRY', orderId: `label-${visits}`, sellerId: ids.get('mehmet'), paymentMethod: { token: 'tok_ok' } })
    const made = await call('mehmet', `/api/payments/${String(paid['paymentId'])}/shipments`, { service: 'sim_ok', parcels: [PARCEL], recipient: PARTY, sender: PARTY })
    return String(made['shipmentId'])
  }

  /** What the buyer may send back, and what they want to. */
  async function fillWithReturns (): Promise<void> {
    for (const [index, answer] of [null, ...ANSWERS].entries()) {
      const call = async (name: Caller, path: string, body?: object) => (await service.call('POST', path, { ...people.get(name), 'idempotency-key': `return-${visits}-${index}` }, body)).body
      const paid = await call('ayse', '/api/payments/process', { amount: 500, currency: 'TRY', orderId: `return-${visits}-${index}`, sellerId: ids.get('mehmet'), paymentMethod: { token: 'tok_ok' } })
      const paymentId = String(paid['paymentId'])
      const sent = await call('mehmet', `/api/payments/${paymentId}/shipments`, { carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP1' })
      await call('ayse', `/api/shipments/${String(sent['shipmentId'])}/confirm-delivery`)
      if (answer === null) pool.put(OF_ARRIVED, paymentId)
      else pool.put(`shipmentId of ${answer}`, String((await call('ayse', `/api/payments/${paymentId}/returns`, { reason: 'too small' }))['shipmentId']))
    }
  }

  /** A message that moderators have to look at. */
  async function reportMessage (): Promise<void> {
    const roomId = String(LIVE_ROOMS[0])
    const { body: { messageId, position } } = await service.call('POST', `/api/rooms/${roomId}/messages`, people.get('mehmet'), { text: 'al bunu' })
    await service.call('POST', `/api/rooms/${roomId}/messages/${messageId}/report?position=${String(position)}`, people.get('ayse'), { reason: 'spam' })
    pool.put(`roomId of ${RESOLUTION}`, roomId)
    pool.put(`messageId of ${RESOLUTION}`, messageId)
  }

  /** A room that nothing has started, and a payment whose page waits for the payer. */
  async function makeCancelable (): Promise<void> {
    const { body: { streamer } } = await service.call('POST', '/api/admin/streamers/add', { ...adminToken, 'idempotency-key': `plan-${visits}` }, { email: 'planner@example.com', minutes: 10 })
    const { streamerId } = streamer as { readonly streamerId: string }
    const { body: { roomId } } = await service.call('POST', '/api/rooms', { ...people.get('admin'), 'idempotency-key': `plan-${visits}` }, { title: 'Scarves', streamerId })
    pool.put('roomId of cancelRoom', String(roomId))
    const { body: { paymentId } } = await service.call('POST', '/api/payments/process', { ...people.get('ayse'), 'idempotency-key': `open-${visits}` }, { amount: 500, currency: 'TRY', orderId: `open-${visits}`, paymentMethod: { token: 'tok_requires_action' } })
    pool.put('paymentId of cancelPayment', paymentId)
  }

  function learn (request: FuzzRequest, { body }: Answer): void {
    const { operation, caller } = request
    apps.learn(caller, body['secret'])
    const items = [body, body.items, body['streamer'], body['event']].flat().filter((one) => one !== undefined) as Array<Record<string, unknown>>
    const names = operation.id === 'listSessions' && caller === 'leaver' ? ['sessionId'] : USEFUL
    for (const item of items) {
      for (const name of names) if (typeof item[name] === 'string') pool.put(named(name, operation), item[name])
    }
    if (isWholeList(request) && typeof body['nextCursor'] === 'string') pool.put(named('cursor', operation), body['nextCursor'])
  }

  async function send (request: FuzzRequest): Promise<Answer> {
    sent++
    service.advance(BETWEEN_MS)
    const { operation, caller } = request
    // E-mails are sent after the answer.
    if (BY_MAIL.includes(operation.id)) await service.idle()
    const { method, isSigned } = operation
    const resolve = (name: string, value: unknown): unknown => {
      if (!(value instanceof Known)) return value
      if (name === 'token') return mailed(value, operation)
      if (name === 'code' && OF_APPS.includes(operation.id)) return apps.code(caller)
      if (name === 'code') return service.enqueued().findLast(({ userId, data }) => data.code !== undefined && userId === ids.get(caller))?.data.code ?? '000000'
      if (name === 'orderToken') return signOrder({ aud: 'basvideo-orders', ...request.body as object, ...lately(Math.floor(Date.parse(service.clock()) / 1000)) })
      if (name === 'paymentId' && OF_TROUBLE.includes(operation.id)) return paymentInTrouble(value.nth)
      if (name === 'email') return forgetful[value.nth % forgetful.length]
      if (name === 'cursor' && !isWholeList(request)) return undefined
      return pool.pick(named(name, operation), value) ?? (name === 'cursor' ? undefined : 'unknown')
    }
    const url = urlOf(request, resolve)
    const body: unknown = JSON.parse(JSON.stringify(request.body ?? null), (name, value: unknown) => isKnown(value) ? resolve(name, new Known(value.nth)) : value)
    const text = request.payload ?? (request.body === undefined ? undefined : JSON.stringify(body))
    const isOfVideo = operation.id === 'handleVideoWebhook'
    const signed = isSigned && request.payload === undefined ? isOfVideo ? videoSignature(String(text)) : signedWebhook(String(text), { secret: operation.path.startsWith('/api/shipments/') ? CARRIER_SECRET : WEBHOOK_SECRET, id: `evt_${sent}`, timestampS: Math.floor(Date.parse(service.clock()) / 1000) }) : {}
    const answer = await service.call(method, url, { ...(operation.path.startsWith('/api/console/') ? FROM_CONSOLE : {}), ...people.get(caller), ...signed, ...headersOf(request), ...request.more }, undefined, text, addressOf(sent))
    learn(request, answer)
    return answer
  }

  return { service, operations, signIn, send }
}

/** Each request comes from another address, so that no limit by address interferes. */
function addressOf (request: number): string {
  return `10.${request >> 16 & 255}.${request >> 8 & 255}.${request & 255}`
}

/** Whether the request has no filters, to which a cursor would be bound. */
function isWholeList ({ parameters }: FuzzRequest): boolean {
  return [...parameters.keys()].every(({ name }) => name === 'cursor' || name === 'limit')
}

/** The name in the pool. A cursor belongs to one list, and events of webhooks are not those of the outbox. */
function named (name: string, { id, path }: FuzzOperation): string {
  if (name === 'cursor') return `cursor of ${id}`
  if (CANCELLATIONS.includes(id) && (name === 'roomId' || name === 'paymentId')) return `${name} of ${id}`
  if (id === RESOLUTION && (name === 'roomId' || name === 'messageId')) return `${name} of ${id}`
  if (name === 'messageId' && /^\/api\/(?:rooms|channels)/.test(path)) return OF_ROOMS
  if (name === 'messageId' && path.startsWith('/api/admin/message-reports')) return 'messageId of reports'
  if (id === 'readLabel') return OF_LABELS
  if (id === 'askReturn') return OF_ARRIVED
  if (ANSWERS.includes(id) && name === 'shipmentId') return `shipmentId of ${id}`
  if (name === 'userId' && id === ERASURE) return `userId of ${id}`
  return name === 'eventId' ? `eventId of ${String(path.split('/')[3])}` : name
}

/** A Known after JSON. */
function isKnown (value: unknown): value is Known {
  return typeof value === 'object' && value !== null && 'nth' in value && Object.keys(value).length === 1
}

function urlOf ({ operation, parameters }: FuzzRequest, resolve: (name: string, value: unknown) => unknown): string {
  const query: string[] = []
  let { path } = operation
  for (const [{ name, in: where }, value] of parameters) {
    const texts = [resolve(name, value)].flat().filter((one) => one !== undefined).map((one) => encodeURIComponent(String(one)))
    if (where === 'path') path = path.replace(`{${name}}`, texts[0] ?? '')
    if (where === 'query') query.push(...texts.map((one) => `${name}=${one}`))
  }
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

function headersOf ({ parameters }: FuzzRequest): Headers {
  return Object.fromEntries([...parameters].filter(([parameter, value]) => parameter.in === 'header' && value !== undefined).map(([{ name }, value]) => [name, String(value)]))
}
