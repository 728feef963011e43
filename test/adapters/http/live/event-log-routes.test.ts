import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { eventLogRoutes, LogEvent, LogEvents } from '#adapters/http/live/event-log-routes.js'
import { EventActor } from '#adapters/http/live/history-routes.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import type { EventReader, EventsPage } from '#application/live/event-reader.js'
import { adminToken, adminUser, as, key, startService, type TestService } from '../../../support/service.js'

const ada = as('ada')
const EVENTS = '/api/admin/events'

async function pay ({ call }: Pick<TestService, 'call'>, orderId: string): Promise<string> {
  const { body } = await call('POST', '/api/payments/process', { ...ada, ...key(orderId) }, { amount: 500, currency: 'TRY', orderId, paymentMethod: { token: 'tok_ok' } })
  return body.paymentId
}

/** A service that listens, so that events take effect. */
async function listening (t: Test): Promise<TestService & { readonly until: (type: string, after?: string) => Promise<string> }> {
  const service = await startService(t, { listen: true })
  /** Waits for an event of this type, and answers the position behind it. */
  const until = async (type: string, after = 'start'): Promise<string> => {
    for (let position = after; ;) {
      const { body } = await service.call('GET', `${EVENTS}?types=${type}&wait=20${position === 'start' ? '' : `&after=${position}`}`, adminToken)
      position = String(body['position'])
      if (body.items.length > 0) return position
    }
  }
  return { ...service, until }
}

t.test('administrators read what has happened, without private conversations, and follow it from a position on', async (t) => {
  const service = await listening(t)
  const { call, until } = service
  await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba' })
  const paymentId = await pay(service, 'order-1')
  await until('payment.succeeded')
  const all = await call('GET', EVENTS, adminUser)
  t.match(all.body, { reset: false, hasMore: false, position: /^([a-z]+\.){7}[a-z]+$/ })
  t.same(all.body.items.map(({ type }) => type), ['payment.created', 'payment.succeeded'])
  t.match(all.body.items[1], { subjectId: paymentId, version: 2, by: { kind: 'user', id: 'ada' }, data: { userId: 'ada', status: 'succeeded', previousStatus: 'pending', amount: 500 } })
  t.notOk('audience' in (all.body.items[0] ?? {}))
  const first = await call('GET', `${EVENTS}?limit=1`, adminUser)
  t.match(first.body, { items: [{ type: 'payment.created' }], hasMore: true })
  t.match((await call('GET', `${EVENTS}?after=${String(first.body['position'])}`, adminUser)).body.items, [{ type: 'payment.succeeded' }])
  t.same((await call('GET', `${EVENTS}?after=now`, adminUser)).body.items, [])
  t.match((await call('GET', `${EVENTS}?types=payment.succeeded,room.live`, adminUser)).body, { items: [{ type: 'payment.succeeded' }] })
})

t.test('a request waits for what comes', async (t) => {
  const service = await listening(t)
  const { body } = await service.call('GET', `${EVENTS}?after=now`, adminToken)
  const waiting = service.call('GET', `${EVENTS}?after=${String(body['position'])}&types=payment.created&wait=20`, adminToken)
  const paymentId = await pay(service, 'order-1')
  t.match((await waiting).body, { items: [{ type: 'payment.created', subjectId: paymentId }], reset: false })
  t.same((await service.call('GET', `${EVENTS}?types=room.live&wait=1`, adminToken)).body.items, [], 'and no longer than it says')
})

t.test('bad input is refused', async (t) => {
  const { call } = await startService(t)
  for (const [query, detail] of Object.entries({ 'types=payment.lost': /has payment\.lost/, 'types=message.sent': /has message\.sent/, 'types=': /types/, 'wait=21': /wait/, 'limit=101': /limit/, 'odd=1': /odd/, 'after=': /after/ })) {
    t.match(await call('GET', `${EVENTS}?${query}`, adminToken), { status: 400, body: { code: 'validation_failed', detail } }, query)
  }
  for (const after of ['start.', 'a.a.a', 'b.a.a.a.a.a.a.a']) t.match(await call('GET', `${EVENTS}?after=${after}`, adminToken), { status: 400, body: { code: 'invalid_cursor' } }, after)
  t.equal((await call('GET', EVENTS, ada)).status, 403)
})

t.test('so many may wait in a process, and a stop ends their waits', async (t) => {
  const stores = memoryStores()
  let heads = 0
  const hundred = Promise.withResolvers<null>()
  const events = withMethods(stores.events, {
    heads: async () => {
      heads++
      if (heads === 100) hundred.resolve(null)
      return await stores.events.heads()
    },
  })
  const { app, call } = await startService(t, { replacements: { openedStores: { ...stores, events } } })
  const waiting = Array.from({ length: 100 }, async () => await call('GET', `${EVENTS}?wait=20`, adminToken))
  await hundred.promise
  t.match(await call('GET', `${EVENTS}?wait=20`, adminToken), { status: 503, body: { code: 'overloaded' } })
  t.equal((await call('GET', EVENTS, adminToken)).status, 200, 'who does not wait is answered')
  await app.close()
  for (const answer of waiting) t.match(await answer, { status: 200, body: { items: [], hasMore: false } })
})

t.test('the wait of who leaves ends at once', async (t) => {
  const [waits, ended] = [Promise.withResolvers<null>(), Promise.withResolvers<unknown>()]
  const page: EventsPage = { items: [], position: [], isReset: false, hasMore: false }
  const readWhenThere = async (_query: unknown, signal: AbortSignal): Promise<EventsPage> => {
    signal.addEventListener('abort', () => { ended.resolve(signal.reason) })
    waits.resolve(null)
    await ended.promise
    return page
  }
  const app = Fastify({ ajv: { customOptions: { strict: false } } })
  t.teardown(async () => { await app.close() })
  for (const schema of [EventActor, LogEvent, LogEvents]) app.addSchema(schema)
  await app.register(eventLogRoutes, { eventReader: { readWhenThere } as unknown as EventReader })
  const url = await app.listen()
  const leaving = new AbortController()
  const left = t.rejects(fetch(`${url}${EVENTS}?wait=20`, { signal: leaving.signal }), { name: 'AbortError' })
  await waits.promise
  leaving.abort()
  await left
  t.match(await ended.promise, { name: 'AbortError' }, 'and not by its time')
})

t.test('the time of an answer that may wait is in no metric, and that of a refusal is', async (t) => {
  const { call } = await startService(t)
  const shown = async (): Promise<boolean> => (await call('GET', '/metrics')).text.includes(`route="${EVENTS}"`)
  await call('GET', EVENTS, adminToken)
  t.equal(await shown(), false)
  await call('GET', `${EVENTS}?wait=99`, adminToken)
  t.equal(await shown(), true)
})
