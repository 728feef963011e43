import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { OpenStores } from '#application/ports/stores.js'
import { settle } from '#domain/payments/settlement.js'
import { at, payment, times, type PaymentFields } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { searchableStore } from '../../../support/searchable.js'
import { adminToken, adminUser, as, key, startService, type Body, type Headers } from '../../../support/service.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const [ayse, zeynep] = [as('ayse'), as('zeynep')]

async function start (t: Test, drafts: readonly PaymentFields[] = [], stores?: OpenStores) {
  const { store, catchUp } = searchableStore(stores)
  const service = await startService(t, { replacements: { openedStores: store } })
  await times(drafts.length, async (index) => await store.payments.insert(payment(`pay_${index}`, { createdAt: at(index), ...drafts[index] })))
  await catchUp()
  const ask = async (q: string, headers: Headers = ayse, more = '') => await service.call('GET', `/api/search?type=orders&q=${encodeURIComponent(q)}${more}`, headers)
  const find = async (q: string, headers: Headers = ayse, more = ''): Promise<readonly Body[]> => {
    const { status, body, text } = await ask(q, headers, more)
    t.equal(status, 200, `${q}: ${text}`)
    return body.items
  }
  const orders = async (q: string, headers: Headers = ayse, more = '') => (await find(q, headers, more)).map(({ orderId }) => orderId)
  return { ...store, ...service, catchUp, ask, find, orders }
}

t.test('each of two users finds their own order by each of its ids and words, never the other\'s, and an administrator finds both', async t => {
  const { call, catchUp, find, logs } = await start(t)
  const buyer = { name: 'B', surname: 'B', address: 'Street 1', city: 'Izmir', country: 'TR' }
  const pay = async (who: Headers, name: string) => (await call('POST', '/api/payments/process', { ...who, ...key('k') }, {
    amount: 500,
    currency: 'TRY',
    orderId: `order-${name}`,
    sellerId: name === 'ayse' ? 'zeynep' : 'ayse',
    paymentMethod: { token: 'tok_ok' },
    description: `Parcel for ${name}son`,
    items: [{ name: `${name}mug`, quantity: 1, unitAmount: 500 }],
    buyer: { ...buyer, email: `${name}@shop.example` },
  })).body
  const own = { ayse: await pay(ayse, 'ayse'), zeynep: await pay(zeynep, 'zeynep') }
  await catchUp()
  const callers = { ayse, zeynep }
  for (const [name, order] of Object.entries(own)) {
    t.match(order, { status: 'succeeded', providerReference: /^sim_/ })
    for (const q of [order.paymentId, `order-${name}`, String(order['providerReference']), name, `${name}@shop.example`, `${name}son`, `${name}m`, `${name}son parcel`]) {
      for (const [who, headers] of Object.entries(callers)) {
        t.same((await find(q, headers)).map(({ paymentId }) => paymentId), who === name ? [order.paymentId] : [], `${who} by ${q}`)
      }
      for (const headers of [adminToken, adminUser]) t.same((await find(q, headers)).map(({ paymentId }) => paymentId), [order.paymentId], q)
    }
    t.same(await find('parcel', name === 'ayse' ? ayse : zeynep), [order], 'as in the list of payments')
  }
  for (const headers of [adminToken, adminUser]) t.same((await find('parcel', headers)).map(({ userId }) => userId).toSorted(), ['ayse', 'zeynep'])
  t.notMatch(logs.join(), /shop\.example|parcel/i, 'the search text reaches no log')
})

t.test('Turkish letters and their plain forms find each other, whichever way they are typed', async t => {
  const written = ['İNCİR ışık', 'incir isik', 'INCIR IŞIK', 'Şalgam ÇİĞ köfte', 'salgam cig kofte', 'GÜMÜŞ Öğün', 'gumus ogun', 'GUMUS OGUN']
  const { orders } = await start(t, written.map((description, index) => ({ description, orderId: String(index) })))
  for (const q of ['incir', 'İNCİR', 'INCIR', 'ıncır', 'IŞIK', 'ışık', 'isik', 'ISIK', 'ışi']) t.same(await orders(q), ['2', '1', '0'], q)
  for (const q of ['şalgam', 'SALGAM', 'çiğ', 'CIG', 'cığ', 'ÇİĞ', 'köfte', 'KOFTE', 'kofte cig salgam', 'ŞALGAM ÇİĞ KÖFTE']) t.same(await orders(q), ['4', '3'], q)
  for (const q of ['gümüş', 'GÜMÜŞ', 'gumus', 'GUMUS', 'öğün', 'ogun', 'OĞUN gümus']) t.same(await orders(q), ['7', '6', '5'], q)
  t.same(await orders('incır', ayse, '&limit=1'), ['2'])
})

t.test('an order is found by beginnings of words, all of which it has to hold, in any order', async t => {
  const { orders } = await start(t, [
    { orderId: 'a', description: 'Hand-woven blue scarf, 2 m', items: [{ name: 'Postcard', quantity: 1, unitAmount: 100 }] },
    { orderId: 'b', description: 'blue hat' },
  ])
  for (const q of ['sc', 'scar', 'scarf', 'blue sca', 'SCARF, blue!', 'wov han', 'postcard scarf', 'post 2 blue', 'hand-woven', 'bl s']) t.same(await orders(q), ['a'], q)
  for (const q of ['carf', 'scarfs', 'blue dress', 'ostcard', 'postcards']) t.same(await orders(q), [], q)
  t.same(await orders('blue'), ['b', 'a'])
})

t.test('status and time narrow a search, and its pages end', async t => {
  const { payments, ask, orders } = await start(t, Array.from({ length: 9 }, (_, index) => ({ orderId: String(index), createdAt: at(index * 43_200), description: 'scarf' })))
  for (const index of [2, 5, 6]) await payments.update(`pay_${index}`, (before) => settle(before, { kind: 'succeeded', reference: `r${index}`, amount: 100, currency: 'TRY' }, at(9)))
  t.same(await orders('scarf', ayse, '&status=succeeded'), ['6', '5', '2'])
  t.same(await orders('scarf', ayse, '&status=failed'), [])
  t.same(await orders('scarf', ayse, '&from=2126-03-03&to=2126-03-04'), ['7', '6', '5', '4'])
  t.same(await orders('scarf', adminToken, '&from=2126-03-03&status=succeeded'), ['6', '5'])
  t.same(await orders('scarf', ayse, '&to=2126-03-01T22:00:00Z'), ['0'])
  t.same(await orders('scarf', ayse, '&from=2126-03-03&to=2126-03-03&timeZone=Pacific/Kiritimati'), ['3', '2'])
  t.match(await ask('scarf', ayse, '&timeZone=Europe/Ankara'), { status: 422, body: { code: 'unknown_time_zone' } })
  for (const [filter, expected] of [['', ['8', '7', '6', '5', '4', '3', '2', '1', '0']], ['&status=succeeded', ['6', '5', '2']], ['&from=2126-03-02&status=pending', ['8', '7', '4', '3']]] as const) {
    for (const limit of [1, 2, 4]) {
      const found: unknown[] = []
      let cursor = ''
      do {
        const { status, body } = await ask('scarf', ayse, `${filter}&limit=${limit}${cursor}`)
        t.equal(status, 200)
        found.push(...body.items.map(({ orderId }) => orderId))
        cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
      } while (cursor !== '')
      t.same(found, expected, `${filter} by ${limit}`)
    }
  }
})

t.test('a cursor belongs to its search', async t => {
  const { ask } = await start(t, Array.from({ length: 3 }, () => ({ description: `scarf ${'ﷺ'.repeat(3)}` })))
  const searches = [['scarf', ''], ['sca', ''], ['scarf', '&status=pending'], ['scarf', '&from=2126-03-01'], ['scarf', '&to=2126-03-01']] as const
  for (const [q, filter] of searches) {
    const { body: { nextCursor } } = await ask(q, ayse, `${filter}&limit=1`)
    t.type(nextCursor, 'string')
    for (const [other, otherFilter] of searches) {
      const { status, body } = await ask(other, ayse, `${otherFilter}&cursor=${nextCursor}`)
      t.match([status, body.code], other === q && otherFilter === filter ? [200, undefined] : [400, 'invalid_cursor'])
    }
  }
  for (const cursor of ['x', '!', 'bnVsbA', 'a'.repeat(1024)]) t.match(await ask('scarf', ayse, `&cursor=${cursor}`), { status: 400, body: { code: 'invalid_cursor' } }, cursor)
  const { body: { nextCursor } } = await ask(`scarf ${'ﷺ'.repeat(3).padEnd(94, '"')}`, ayse, '&limit=1&status=pending&from=2126-03-01&to=2126-03-01')
  t.ok(Number(nextCursor?.length) < 400, 'short for any search text')
  t.notMatch(Buffer.from(String(nextCursor), 'base64url').toString(), 'scarf')
})

t.test('an invalid search is refused', async t => {
  const { call, ask } = await start(t)
  for (const query of [
    '', '?q=scarf', '?type=orders', '?type=payments&q=scarf', '?type=&q=scarf', '?type=orders&q=', '?type=orders&q=a', `?type=orders&q=${'a'.repeat(101)}`, '?type=orders&q=ab&q=cd', '?type=orders&q=ab&status=paid',
    '?type=orders&q=ab&from=yesterday', '?type=orders&q=ab&from=2126-02-30', '?type=orders&q=ab&from=2126-03-02&to=2126-03-01T00:00:00Z', '?type=orders&q=ab&limit=0', '?type=orders&q=ab&userId=zeynep',
  ]) t.match(await call('GET', `/api/search${query}`, ayse), { status: 400, body: { code: 'validation_failed', detail: /^\/querystring/ } }, query)
  for (const q of ['  ', ' a ', 'a b', '👜 👜', 'ı ı']) t.match(await ask(q), { status: 422, body: { code: 'search_too_short' } }, q)
  t.equal((await ask('a'.repeat(100))).status, 200)
  t.match(await call('GET', '/api/search?type=orders&q=ab'), { status: 401 })
})

t.test('card numbers are refused, however their digits are grouped and whatever surrounds them', async t => {
  const { ask, logs } = await start(t)
  for (const q of ['4242424242424242', '4242 4242 4242 4242', 'order 4242-4242-4242-4242 please']) {
    const { status, body, text } = await ask(q, adminToken)
    t.match([status, body.code], [422, 'card_number'], q)
    t.notMatch(text, /4242\W?4242/)
  }
  t.notMatch(logs.join(), /4242\W?4242/)
})

t.test('a search text has no operators', async t => {
  const { call, ask, orders } = await start(t, [{ orderId: 'own', description: 'scarf' }, { orderId: 'other', userId: 'zeynep', description: 'scarf' }])
  for (const q of [
    '\'; DROP TABLE payments; --', '{"$gt":""}', '{"S":"zeynep#~scarf"}', 'attribute_exists(userTerm)', '#userTerm = :v0', 'zeynep#~sca', 'zeynep#=other', '~scarf', '=other', '~sca#0', '~sca#', '=ayse', '.*', '**',
    '%%', '__proto__', 'constructor', 'toString', '../../etc', '<script>alert(1)</script>', '$(id)', 'a\r\nx: y', '\u202egnp', '𠀀𠀀', 'ﷺﷺ', '\u0301\u0301\u0301ab', '(a+)+$'.repeat(16),
  ]) {
    for (const headers of [ayse, adminToken]) {
      const { status, body } = await ask(q, headers)
      t.ok([200, 422].includes(status), `${q} ${status}`)
      if (headers === ayse && status === 200) t.notOk(body.items.some(({ userId }) => userId !== 'ayse'), q)
      if (status === 422) t.equal(body.code, 'search_too_short', q)
    }
  }
  t.same(await orders('scarf'), ['own'], 'nothing has changed')
  for (const q of ['ab&q=cd', 'a', 'a%00b']) t.match(await call('GET', `/api/search?type=orders&q=${q}`, ayse), { status: 400 }, q)
})

for (const [engine, open] of [['memory', async () => memoryStores()], ['DynamoDB', async () => dynamoDb.open(await dynamoDb.freshTables())]] as const) {
  t.test(`an order is found by its payer and by administrators from its payment to its settlement: ${engine}`, async t => {
    const { call, catchUp, orders } = await start(t, [], await open())
    const pay = async (who: Headers, orderId: string, token: string) => (await call('POST', '/api/payments/process', { ...who, ...key(orderId) },
      { amount: 500, currency: 'TRY', orderId, description: 'Işıklı çanta', paymentMethod: { token } })).body
    const first = await pay(ayse, 'order-1', 'tok_ok')
    const second = await pay(zeynep, 'order-2', 'tok_declined')
    await catchUp()
    t.same(await orders('isikli'), ['order-1'])
    t.same(await orders('canta ışık', zeynep), ['order-2'])
    t.same(await orders('çanta', adminToken), ['order-2', 'order-1'])
    t.same(await orders('çanta', adminToken, '&status=succeeded'), ['order-1'])
    t.same(await orders('ORDER-1', zeynep), [])
    t.same(await orders(String(first['providerReference'])), ['order-1'])
    t.same(await orders(String(first['providerReference']), zeynep), [])
    const { paymentId } = second['payment'] as Body
    t.same(await orders(paymentId, zeynep), ['order-2'])
    t.same(await orders(paymentId), [])
    const refunded = await call('POST', `/api/payments/${first.paymentId}/refund`, { ...adminToken, ...key('r') }, {})
    t.equal(refunded.status, 201)
    t.same(await orders('çanta', ayse, '&status=refunded'), ['order-1'], 'the payment itself is shown, not what the index holds')
    await catchUp()
    t.same(await orders('çanta', ayse), ['order-1'], 'and once, after each change')
  })
}

t.test('an order is found moments after it was placed', async t => {
  const { url, call } = await startService(t, { listen: true })
  await call('POST', '/api/payments/process', { ...ayse, ...key('k') }, { amount: 500, currency: 'TRY', orderId: 'order-1', description: 'scarf', paymentMethod: { token: 'tok_ok' } })
  const deadline = performance.now() + 10_000
  let found: readonly unknown[] = []
  while (found.length === 0 && performance.now() < deadline) {
    const answer = await fetch(`${url()}/api/search?type=orders&q=scarf`, { headers: ayse })
    found = (await answer.json() as Body).items
  }
  t.match(found, [{ orderId: 'order-1' }])
})
