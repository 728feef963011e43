import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { OpenStores } from '#application/ports/stores.js'
import { EXAMINED_MAX } from '#application/ports/page.js'
import { flagged } from '#domain/payments/flag.js'
import { decided } from '#domain/payments/decision.js'
import { settle } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { at, noted, payment, times } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { adminToken, adminUser, startService, type Body, type TestService } from '../../../support/service.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const LIST = '/api/admin/payments'

async function start (t: Test, store: OpenStores = memoryStores()) {
  return { ...store, service: await startService(t, { replacements: { openedStores: store } }) }
}

/** All pages of a list, read by its cursors. */
async function walk ({ call }: TestService, query: string, between = async () => {}): Promise<ReadonlyArray<readonly Body[]>> {
  const pages: Array<readonly Body[]> = []
  let cursor = ''
  do {
    const { status, body } = await call('GET', `${LIST}?${query}${cursor}`, adminToken)
    t.equal(status, 200, query)
    pages.push(body.items)
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
    await between()
  } while (cursor !== '')
  return pages
}

const idsOf = (pages: ReadonlyArray<readonly Body[]>) => pages.flat().map(({ paymentId }) => paymentId)

t.test('an administrator sees the payments of all users, newest first, by each filter', async t => {
  const { payments, service } = await start(t)
  await payments.insert(payment('pay_1'))
  await payments.insert(payment('pay_2', { userId: 'zeynep', createdAt: at(1), provider: 'another' }))
  await payments.insert(payment('pay_3', { sellerId: 'sela', createdAt: at(2) }))
  await payments.update('pay_3', (before) => settle(before, { kind: 'requires_action', reference: 'r', nextAction: { type: 'redirect', url: 'https://bank.example' } }, at(3)))
  await payments.update('pay_1', (before) => decided(before, flagged(before, 'late_success', at(2)), at(2), []))
  await payments.insert(payment('pay_4', { createdAt: laterBy(at(0), 86_400_000) }))
  const answers: Record<string, string[]> = {
    '': ['pay_4', 'pay_3', 'pay_2', 'pay_1'],
    'status=requires_action': ['pay_3'],
    'provider=another': ['pay_2'],
    'userId=zeynep': ['pay_2'],
    'sellerId=sela': ['pay_3'],
    'flag=late_success': ['pay_1'],
    'userId=ayse&status=pending': ['pay_4', 'pay_1'],
    'from=2126-03-02': ['pay_4'],
    'to=2126-03-01': ['pay_3', 'pay_2', 'pay_1'],
    'from=2126-03-01&to=2126-03-02': ['pay_4', 'pay_3', 'pay_2', 'pay_1'],
    'from=2126-03-01T10:00:01Z': ['pay_4', 'pay_3', 'pay_2'],
    'to=2126-03-01T10:00:01Z': ['pay_1'],
    'to=2126-03-01T10:00:01.001Z': ['pay_2', 'pay_1'],
    'from=2126-03-01T13:00:01%2B03:00&to=2126-03-01T05:00:02-05:00': ['pay_2'],
    'from=2126-03-01T10:00:01Z&to=2126-03-01T10:00:01Z': [],
    'status=failed': [],
    // Days in Kiritimati begin fourteen hours earlier, at 10:00 of the day before.
    'from=2126-03-02&timeZone=Pacific/Kiritimati': ['pay_4', 'pay_3', 'pay_2', 'pay_1'],
    'to=2126-03-01&timeZone=Pacific/Kiritimati': [],
    'from=2126-03-02&to=2126-03-02&timeZone=Pacific/Kiritimati': ['pay_3', 'pay_2', 'pay_1'],
    'to=2126-03-01T10:00:01Z&timeZone=Pacific/Kiritimati': ['pay_1'],
    'from=2126-03-02&timeZone=UTC': ['pay_4'],
  }
  for (const [query, expected] of Object.entries(answers)) {
    for (const limit of [1, 20]) t.same(idsOf(await walk(service, `${query}&limit=${limit}`)), expected, `${query} by ${limit}`)
  }
  const { body: { items: [newest] } } = await service.call('GET', `${LIST}?status=requires_action`, adminUser)
  t.match(newest, { nextAction: { url: 'https://bank.example' }, userId: 'ayse' })
  t.notOk('lease' in (newest ?? {}), 'no internal field')
})

t.test('a filter that matches few payments gives short pages and a cursor', async t => {
  const { payments, service } = await start(t)
  await times(EXAMINED_MAX + 10, async (index) => await payments.insert(payment(`pay_${index}`, { createdAt: at(index), sellerId: index === 0 ? 'rare' : 'mehmet' })))
  t.same((await walk(service, 'sellerId=rare')).map((items) => items.map(({ paymentId }) => paymentId)), [[], ['pay_0']])
})

t.test('a cursor belongs to its filters', async t => {
  const { payments, service: { call } } = await start(t)
  await times(3, async (index) => await payments.insert(payment(`pay_${index}`, { createdAt: at(index) })))
  const filters = ['', 'status=pending', 'provider=simulator', 'userId=ayse', 'sellerId=mehmet', 'flag=late_success', 'from=2126-03-01', 'to=2126-03-01', 'from=2126-03-01&to=2126-03-01']
  const cursors = await Promise.all(filters.map(async (filter) => [filter, (await call('GET', `${LIST}?${filter}&limit=1`, adminToken)).body.nextCursor] as const))
  for (const [filter, cursor] of cursors) {
    if (cursor === null) continue
    for (const other of filters) {
      const { status, body } = await call('GET', `${LIST}?${other}&cursor=${cursor}`, adminToken)
      t.match([status, body.code], other === filter ? [200, undefined] : [400, 'invalid_cursor'], `${filter} with ${other}`)
    }
  }
  t.equal(cursors.filter(([, cursor]) => cursor !== null).length, filters.length - 1)
  const longest = `userId=${'u'.repeat(128)}&sellerId=${'s'.repeat(128)}&provider=${'p'.repeat(32)}&status=partially_refunded&flag=duplicate_charge&from=2126-03-01&to=2126-03-01`
  const long = await start(t)
  await times(2, async (index) => await long.payments.insert(payment(`${index}`.padEnd(128, 'i'), { createdAt: at(index), userId: 'u'.repeat(128), sellerId: 's'.repeat(128), provider: 'p'.repeat(32) })))
  const { nextCursor } = (await long.service.call('GET', `${LIST}?${longest.replace(/&(status|flag)=\w+/g, '')}&limit=1`, adminToken)).body
  t.ok(Number(nextCursor?.length) < 1024 - 80, 'the longest cursor is accepted')
})

t.test('a cursor belongs to the time zone of its days', async t => {
  const { payments, service: { call } } = await start(t)
  await times(2, async (index) => await payments.insert(payment(`pay_${index}`, { createdAt: at(index) })))
  const query = `${LIST}?from=2126-03-01&limit=1&timeZone=`
  const { body: { nextCursor } } = await call('GET', `${query}Europe/Istanbul`, adminToken)
  t.equal((await call('GET', `${query}Europe/Istanbul&cursor=${nextCursor}`, adminToken)).status, 200)
  t.match(await call('GET', `${query}UTC&cursor=${nextCursor}`, adminToken), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('invalid filters are refused', async t => {
  const { service: { call } } = await start(t)
  for (const query of [
    'status=paid', 'flag=odd', 'provider=A', 'userId=a%23b', 'sellerId=', 'limit=0', 'limit=101', 'unknown=1', 'from=', 'from=yesterday', 'from=2126-3-1', 'from=2126-13-01', 'from=2126-00-10',
    'from=2126-01-32', 'from=2126-02-30', 'to=2126-02-30T10:00:00Z', 'to=2125-02-29', 'from=2126-03-01T10:00', 'from=2126-03-01T10:00:00', 'from=2126-03-01T24:00:00Z', 'from=2126-03-01T10:00:60Z',
    'from=2126-03-01T10:00:00%2B99:00', 'from=2126-03-01T10:00:00.1234Z', 'from=0000-01-01', 'from=9999-12-31', 'from=2126-03-02&to=2126-02-28', 'from=2126-03-01T10:00:01Z&to=2126-03-01T10:00:00Z', 'from=1&from=2',
  ]) t.match(await call('GET', `${LIST}?${query}`, adminToken), { status: 400, body: { code: 'validation_failed', detail: /^\/querystring/ } }, query)
  t.equal((await call('GET', `${LIST}?from=2128-02-29&to=2999-12-31T23:59:59.999Z`, adminToken)).status, 200, 'days of the calendar')
  for (const zone of ['Europe/Ankara', '%2B0300', '-03']) t.match(await call('GET', `${LIST}?timeZone=${zone}`, adminToken), { status: 422, body: { code: 'unknown_time_zone' } }, zone)
  for (const zone of ['', 'Europe/Istanbul%00', '%2B03:00']) t.match(await call('GET', `${LIST}?timeZone=${zone}`, adminToken), { status: 400, body: { code: 'validation_failed' } }, zone)
  t.match(await call('GET', `${LIST}?userId=4242424242424242`, adminToken), { status: 200, body: { items: [] } }, 'the id of a person may be a long number')
})

for (const [engine, open] of [['memory', async () => memoryStores()], ['DynamoDB', async () => dynamoDb.open(await dynamoDb.freshTables())]] as const) {
  t.test(`a walk over all pages shows each payment once while others are written: ${engine}`, async t => {
    const { payments, service } = await start(t, await open())
    const day = (index: number, second: number) => laterBy(at(second), (index % 5) * 86_400_000)
    await times(80, async (index) => await payments.insert(payment(`old_${index}`, { createdAt: day(index, index) })))
    let written = 0
    const write = async () => {
      const number = written++
      await payments.insert(payment(`new_${number}`, { createdAt: day(number, number % 80) }))
      await payments.insert(payment(`newest_${number}`, { createdAt: day(4, 1000 + number) }))
      await payments.update(`old_${number % 80}`, noted('.'))
    }
    for (const query of ['limit=7', 'limit=7&status=pending&sellerId=mehmet', 'limit=7&userId=ayse']) {
      const before = written
      const seen = idsOf(await walk(service, query, write))
      t.equal(new Set(seen).size, seen.length, 'none twice')
      t.equal(seen.filter((paymentId) => paymentId.startsWith('old_')).length, 80, 'none left out')
      t.ok(written >= before + 11, 'others have written')
    }
  })
}
