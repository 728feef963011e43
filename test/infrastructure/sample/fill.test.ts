import t from 'tap'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { fillShop, othersIn } from '#infrastructure/sample/fill.js'
import { PEOPLE, SELLERS } from '#infrastructure/sample/people.js'
import { makeServiceClient, type CallService } from '#infrastructure/sample/service-client.js'
import { shopOf } from '#infrastructure/sample/shop.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { adminUser, as, key, startService, type Body, type ServiceOptions, type TestService } from '../../support/service.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => { await dynamoDb.stop() })

/** As a development service is, with its limit of requests. */
const LIKE_DEVELOPMENT = { ORDERS: 'open', RECONCILE_PER_MINUTE: '0', RATE_LIMIT_MAX: '600' }
const SHOP = shopOf(1)
const COUNT = SHOP.payments.length

const tokenOf = (userId: string, role?: 'admin') => String(as(userId, { role, email: `${userId}@shop.example`, email_verified: true })['authorization']).replace('Bearer ', '')
const clientOf = (service: TestService): CallService => makeServiceClient({ url: service.url(), tokenOf })

async function start (t: Parameters<typeof startService>[0], env: ServiceOptions['env'] = {}): Promise<TestService> {
  return await startService(t, { listen: true, env: { ...LIKE_DEVELOPMENT, ...env } })
}

async function all ({ call }: TestService, path: string, headers = adminUser): Promise<readonly Body[]> {
  const items: Body[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body }: { readonly body: Body } = await call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`, headers)
    items.push(...body.items)
    cursor = body.nextCursor
  }
  return items
}

const byText = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted()

/** The shop of the first test, which every other way to it has to lead to. */
let whole: Awaited<ReturnType<typeof shopAt>> | null = null

/** What the shop is, as its people and the back office see it. Times, and what webhooks change by themselves, are left out. */
async function shopAt (service: TestService) {
  const { call } = service
  const payments = await all(service, '/api/admin/payments')
  const shipments = await all(service, '/api/admin/shipments')
  const rooms = (await Promise.all(['live', 'ended', 'scheduled'].map(async (status) => await all(service, `/api/admin/rooms?status=${status}`)))).flat()
  const channels = await all(service, '/api/channels/public')
  return {
    payments: byText(payments.map(({ orderId, paymentId, amount, currency, refunds, roomId }) => [orderId, paymentId, amount, currency, roomId, (refunds as Body[]).filter(({ reason }) => reason !== null).map((refund) => [refund['amount'], refund['reason']])])),
    shipments: byText(shipments.map(({ orderId, direction, carrier, status, events }) => [orderId, direction, ...(carrier === 'manual' ? [status, (events as Body[]).map(({ kind }) => kind)] : [])])),
    rooms: byText(await Promise.all(rooms.map(async ({ roomId, status, title }) => [status, title, (await all(service, `/api/rooms/${String(roomId)}/messages`)).filter(({ kind }) => kind !== 'order').map(({ senderId, text }) => [senderId, text])]))),
    channels: byText(channels.map(({ channelId, memberCount, messageCount }) => [channelId, memberCount, messageCount])),
    conversations: await Promise.all(PEOPLE.map(async ({ id }) => byText((await call('GET', '/api/conversations', as(id))).body.items.map(({ conversationId, lastMessage, unread }) => [conversationId, (lastMessage as Body)['message'], unread])))),
    messageReports: byText((await all(service, '/api/admin/message-reports')).map(({ senderId, reporterId, reason }) => [senderId, reporterId, reason])),
    languages: await Promise.all(PEOPLE.map(async ({ id }) => (await call('GET', '/api/users/me/notification-preferences', as(id))).body['locale'])),
    streamers: byText((await all(service, '/api/admin/streamers')).map(({ email, minutesPurchased }) => [email, minutesPurchased])),
  }
}

t.test('the sample shop has a month of payments in every state, parcels, live rooms, channels and conversations, and a second run changes nothing', async (t) => {
  const service = await start(t)
  const call = clientOf(service)
  t.equal(await othersIn(call), null)
  const { made, there } = await fillShop(call, SHOP)
  t.ok(made > COUNT && there === 0, `${made} ${there}`)
  t.equal(await othersIn(call), null)

  const payments = await all(service, '/api/admin/payments')
  t.equal(payments.length, COUNT)
  const statuses = new Set(payments.map(({ status }) => status))
  for (const status of ['succeeded', 'partially_refunded', 'refunded', 'failed', 'requires_action', 'pending', 'canceled', 'disputed']) t.ok(statuses.has(status), status)
  t.ok(payments.some(({ flags }) => (flags as string[]).includes('amount_mismatch')))
  t.ok(payments.some(({ refunds }) => (refunds as Body[]).some(({ status }) => status === 'failed')))
  const shipments = await all(service, '/api/admin/shipments')
  for (const status of ['requested', 'declined', 'pending', 'refused', 'canceled', 'created', 'handed_over', 'in_transit', 'delivered', 'returned', 'lost']) t.ok(shipments.some((shipment) => shipment['status'] === status), status)
  t.ok(shipments.some(({ flags }) => (flags as string[]).includes('price_mismatch')))
  const shop = await shopAt(service)
  t.same(shop.rooms.map((room) => (JSON.parse(room) as string[])[0]).toSorted(), ['ended', 'live', 'live', 'scheduled'])
  const live = await all(service, '/api/rooms')
  for (const { roomId } of live) {
    const { body: { pinned, products } } = await service.call('GET', `/api/rooms/${String(roomId)}`)
    t.match([pinned, (products as unknown[]).length], [{ productIds: [String] }, 5])
    const { body: { items: [report] } } = await service.call('GET', `/api/rooms/${String(roomId)}/reports`, adminUser)
    t.equal((report?.['reports'] as unknown[]).length, 2)
  }
  t.equal(shop.channels.length, 2)
  t.equal((await service.call('GET', '/api/channels', as('ela'))).body.items[0]?.['memberCount'], SELLERS.length)
  t.same(shop.languages, PEOPLE.map(({ locale }) => locale))
  t.ok(shop.conversations.flat().some((conversation) => /,[1-9]\d*\]$/.test(conversation)), 'some have not read everything')

  t.equal(shop.messageReports.length, 1)

  t.same(await fillShop(call, SHOP), { made: 0, there: made })
  t.same(await shopAt(service), shop)
  whole = shop

  await t.test('another number makes another shop beside it, whose streamers are live already', async (t) => {
    const second = shopOf(2)
    const { there } = await fillShop(call, second)
    t.equal(there, 0)
    t.equal((await all(service, '/api/admin/payments')).length, COUNT + second.payments.length)
    t.equal((await all(service, '/api/rooms')).length, 2)
    t.equal(await othersIn(call), null)
  })
})

t.test('a run that is interrupted anywhere is finished by the next one, and the shop is the same', async (t) => {
  const service = await start(t)
  const call = clientOf(service)
  for (const calls of [60, 100, 300, 500]) {
    let left = calls
    await t.rejects(fillShop(async (asked) => {
      if (left-- <= 0) throw new Error('interrupted')
      return await call(asked)
    }, SHOP), { message: 'interrupted' })
  }
  await fillShop(call, SHOP)
  t.same(await shopAt(service), whole)
})

t.test('the shop is the same on DynamoDB', async (t) => {
  const tables = await dynamoDb.freshTables()
  const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
  const service = await start(t, { ...names, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: dynamoDb.client.endpoint })
  const call = clientOf(service)
  const { made } = await fillShop(call, SHOP)
  t.same(await shopAt(service), whole)
  t.same(await fillShop(call, SHOP), { made: 0, there: made })
})

t.test('what is not of the sample is found: a payment behind many others, a streamer, a channel', async (t) => {
  const { call, ...service } = await start(t)
  const asked = clientOf({ call, ...service })
  await call('POST', '/api/channels', { ...as('ada'), ...key('c') }, { name: 'Ours', kind: 'public' })
  t.equal(await othersIn(asked), 'channels')
  await call('POST', '/api/admin/streamers/add', { ...adminUser, ...key('s') }, { email: 'ada@example.com', minutes: 5 })
  t.equal(await othersIn(asked), 'streamers')
  const pay = async (orderId: string) => await call('POST', '/api/payments/process', { ...as('ada'), ...key(orderId) }, { amount: 500, currency: 'TRY', orderId, paymentMethod: { token: 'tok_ok' } })
  await pay('order-1')
  for (let number = 0; number < 100; number++) await pay(`sample-${number}`)
  t.equal(await othersIn(asked), 'payments')
})

t.test('a language and an address that a person has chosen stay', async (t) => {
  const service = await start(t)
  const { body } = await service.call('GET', '/api/users/me/notification-preferences', as('ayse'))
  await service.call('PUT', '/api/users/me/notification-preferences', as('ayse'), { ...body, locale: 'en' })
  const address = { contactName: 'Ela', phone: '+905321112233', line1: 'Yeni Sokak 1', district: 'Konak', city: 'İzmir', country: 'TR' }
  await service.call('PUT', '/api/sellers/me/shipping-address', as('ela'), address)
  await fillShop(clientOf(service), { ...SHOP, payments: [], rooms: [], conversations: [] })
  t.equal((await service.call('GET', '/api/users/me/notification-preferences', as('ayse'))).body['locale'], 'en')
  t.match((await service.call('GET', '/api/sellers/me/shipping-address', as('ela'))).body, address)
})

t.test('an answer that is not expected is one line that names the call and the code', async (t) => {
  const service = await start(t, { ORDERS: 'signed' })
  await t.rejects(fillShop(clientOf(service), SHOP), { message: /^POST \/api\/payments\/process answers 4\d\d order_token_required$/ })
})
