import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { DomainError } from '#domain/errors.js'
import { openStream, type OpenStream } from '../../../support/live.js'
import { as, key, startService, type Headers, type ServiceOptions, type TestService } from '../../../support/service.js'

const [ada, bora] = [as('ada'), as('bora')]

async function listening (t: Test, options: ServiceOptions = {}): Promise<TestService & { readonly open: (headers: Headers, query?: string) => Promise<OpenStream> }> {
  const service = await startService(t, { ...options, listen: true })
  return { ...service, open: async (headers, query = '') => await openStream(`${service.url()}/api/events${query}`, headers) }
}

async function pay ({ call }: TestService, orderId: string): Promise<string> {
  const { body } = await call('POST', '/api/payments/process', { ...ada, ...key(orderId) }, { amount: 500, currency: 'TRY', orderId, sellerId: 'sela', paymentMethod: { token: 'tok_ok' } })
  return body.paymentId
}

t.test('a message and its reading reach both people, and no one else', async (t) => {
  const { call, open } = await listening(t)
  const [sender, receiver, other] = [await open(ada), await open(bora), await open(as('ceren'))]
  for (const { next } of [sender, receiver, other]) await next('hello')
  const sent = await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba' })
  for (const { next } of [sender, receiver]) t.match((await next('message')).data, { type: 'message.sent', messageId: sent.body.messageId, message: { ...sent.body } })
  await call('PUT', '/api/conversations/ada/read', bora)
  for (const { next } of [sender, receiver]) t.match((await next('read')).data, { type: 'conversation.read', messageId: sent.body.messageId, conversationId: 'ada#bora', readerId: 'bora' })
  await call('POST', '/api/messages', as('ceren'), { receiverId: 'ada', message: 'ben de' })
  t.match((await other.next('message')).data, { message: { receiverId: 'ada' } })
  t.equal(other.events.length, 2)
  for (const { close } of [sender, receiver, other]) close()
})

t.test('a payment reaches payer and seller as it now is, each as they see it', async (t) => {
  const service = await listening(t)
  const [payer, seller] = [await service.open(ada), await service.open(as('sela'))]
  for (const { next } of [payer, seller]) await next('hello')
  const paymentId = await pay(service, 'order-1')
  for (const { next } of [payer, seller]) {
    const { data, id } = await next('payment')
    t.match(data, { type: 'payment.created', paymentId, payment: { paymentId, userId: 'ada', sellerId: 'sela', flags: [] } })
    t.match(id, /^([a-z]+\.){7}[a-z]+$/)
  }
  let last: Record<string, unknown> = {}
  while (last['status'] !== 'succeeded') last = (await payer.next('payment')).data['payment'] as Record<string, unknown>
  t.notOk(JSON.stringify(payer.events).includes('fingerprint'))
  for (const { close } of [payer, seller]) close()
})

t.test('a shipment reaches the seller and the buyer as it now is, and no one else', async (t) => {
  const service = await listening(t)
  const paymentId = await pay(service, 'order-1')
  const [seller, buyer, other] = [await service.open(as('sela')), await service.open(ada), await service.open(bora)]
  for (const { next } of [seller, buyer, other]) await next('hello')
  const sent = await service.call('POST', `/api/payments/${paymentId}/shipments`, { ...as('sela'), ...key('ship-1') }, { carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP0123456789' })
  for (const { next } of [seller, buyer]) t.match((await next('shipment')).data, { type: 'shipment.created', shipmentId: sent.body['shipmentId'], shipment: { ...sent.body } })
  await service.call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'gönderdi' })
  await other.next('message')
  t.equal(other.events.length, 2)
  for (const { close } of [seller, buyer, other]) close()
})

t.test('a stream whose events cannot be loaded ends, and its reader comes back for them', async (t) => {
  const stores = memoryStores()
  let isAway = false
  const messages = withMethods(stores.messages, {
    find: async (messageId) => {
      if (isAway) throw new DomainError('store_unavailable', 'away')
      return await stores.messages.find(messageId)
    },
  })
  const { call, open, logs } = await listening(t, { replacements: { openedStores: { ...stores, messages } } })
  const first = await open(bora)
  const { id } = await first.next('hello')
  await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba' })
  await first.next('message')
  first.close()
  isAway = true
  const broken = await open(bora, `?after=${String(id)}`)
  t.match((await broken.next('reconnect')).data, { reason: 'failed', afterMs: 2000 })
  await broken.ended
  t.ok(logs.some((line) => line.includes('a stream broke off')))
  isAway = false
  const again = await open(bora, `?after=${String(id)}`)
  t.match((await again.next('message')).data, { message: { message: 'merhaba' } })
  again.close()
})

t.test('who comes back gets what happened meanwhile, from memory or from the log, each once', async (t) => {
  const { call, open } = await listening(t)
  const say = async (text: string): Promise<void> => { await call('POST', '/api/messages', ada, { receiverId: 'bora', message: text }) }
  const first = await open(bora)
  const { id: start } = await first.next('hello')
  await say('bir')
  const { id } = await first.next('message')
  first.close()
  const other = await open(ada)
  await other.next('hello')
  const texts = Array.from({ length: 20 }, (_, index) => `mesaj ${index}`)
  for (const text of texts) await say(text)
  for (let count = 0; count < texts.length; count++) await other.next('message')
  const missed = async (headers: Headers, query: string, count: number): Promise<unknown[]> => {
    const stream = await open(headers, query)
    const found: unknown[] = []
    for (let index = 0; index < count; index++) found.push(((await stream.next('message')).data['message'] as { message: string }).message)
    const last = stream.events.at(-1)?.id
    await say('son')
    await stream.next('message')
    t.not(stream.events.at(-1)?.id, last)
    t.equal(stream.events.length, count + 2)
    stream.close()
    return found.toSorted()
  }
  t.same(await missed({ ...bora, 'last-event-id': String(id) }, '', texts.length), texts.toSorted())
  t.same(await missed(bora, `?after=${String(start)}`, texts.length + 2), ['bir', ...texts, 'son'].toSorted())
  other.close()
})

t.test('a position that is none, or lies ahead, is refused', async (t) => {
  const { call } = await listening(t)
  for (const after of ['1', 'a.b', 'q.q.q.q.q.q.q', 'q.q.q.q.q.q.q.zz', 'Q.q.q.q.q.q.q.q', 'x'.repeat(128)]) {
    t.match(await call('GET', `/api/events?after=${after}`, ada), { status: 400, body: { code: 'invalid_cursor' } }, after)
  }
  t.match(await call('GET', `/api/events?after=${'x'.repeat(129)}`, ada), { status: 400, body: { code: 'validation_failed' } })
  t.match(await call('GET', '/api/events'), { status: 401 })
})

t.test('a ticket opens streams without headers, and is in no log', async (t) => {
  const { call, url, logs } = await listening(t)
  const { status, body } = await call('POST', '/api/events/tickets', bora)
  t.equal(status, 201)
  const ticket = String(body['ticket'])
  const [own, again] = [await openStream(`${url()}/api/events?ticket=${ticket}`), await openStream(`${url()}/api/events?ticket=${ticket}`)]
  t.match((await own.next('hello')).data, { expiresAt: String })
  await again.next('hello')
  await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba' })
  t.match((await own.next('message')).data, { message: { message: 'merhaba' } })
  for (const { close } of [own, again]) close()
  await Promise.all([own.ended, again.ended])
  const [content = '', mac = ''] = ticket.split('.')
  for (const bad of [`x${ticket}`, `${content}.${mac.split('').toReversed().join('')}`]) t.match(await call('GET', `/api/events?ticket=${bad}`), { status: 401, body: { code: 'unauthorized' } }, bad)
  t.match(await call('GET', `/api/rooms/room_none/events?ticket=x${ticket}`), { status: 401 })
  for (const bad of ['x', '', ticket.replace('.', '-'), `${ticket}x`]) t.match(await call('GET', `/api/events?ticket=${bad}`, bora), { status: 400, body: { code: 'validation_failed' } })
  t.match(await call('POST', '/api/events/tickets'), { status: 401 })
  t.notOk(logs.some((line) => line.includes(ticket)))
})
