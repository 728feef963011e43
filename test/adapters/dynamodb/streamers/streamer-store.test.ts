import t from 'tap'
import { streamerOf, streamerRow, entryOf, entryRow } from '#adapters/dynamodb/streamers/streamer-store.js'
import { newStreamer } from '#domain/streamers/streamer.js'
import { addsUp, ledgerOf, purchase, put } from '../../../contracts/streamer-store.contract.js'
import { at, eventsOf, times } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { always, canceled, failure, inTurn, openBehindProxy, type Fault } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const LOST: Fault[] = ['answer lost', 'token forgotten']

t.test('an entry that was stored but not answered is stored, once, with its payment', async (t) => {
  const { streamers, payments, outbox, proxy, count } = await openBehindProxy(t, dynamoDb)
  proxy.plan = inTurn('TransactWriteItems', ...LOST)
  t.match(await put(streamers, 'led_1', { paymentId: 'pay_1', purchase: purchase('pay_1') }), { inserted: true, streamer: { minutesPurchased: 60 }, events: [{}, {}] })
  const known = await streamers.find('str_1')
  proxy.plan = inTurn('TransactWriteItems', ...LOST)
  t.match(await put(streamers, 'led_2', { kind: 'spend', minutes: 60, known }), { inserted: true, streamer: { minutesUsed: 60, version: 2 } })
  t.equal(count('TransactWriteItems'), 4)
  t.match(await addsUp(t, streamers), { minutesPurchased: 60, minutesUsed: 60 })
  t.match(await payments.find('pay_1'), { status: 'succeeded' })
  t.equal((await eventsOf(outbox)).length, 2)
})

t.test('an entry that met a transaction at work is tried again, and one that is overtaken without end gives up', async (t) => {
  let time = 0
  const { streamers, proxy, count } = await openBehindProxy(t, dynamoDb, { now: () => { time += 700; return time } })
  proxy.plan = inTurn('TransactWriteItems', canceled('TransactionConflict', 'None'))
  t.match(await put(streamers, 'led_1'), { inserted: true })
  t.equal(count('TransactWriteItems'), 2)
  const known = await streamers.find('str_1')
  proxy.plan = always('TransactWriteItems', failure('TransactionCanceledException', {
    CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: await rawStreamer() }, { Code: 'None' }],
  }))
  await t.rejects(put(streamers, 'led_2', { kind: 'spend', minutes: 1, known }), { code: 'store_busy' })
  proxy.plan = always('TransactWriteItems', canceled('ConditionalCheckFailed', 'None'))
  await t.rejects(put(streamers, 'led_2', { kind: 'spend', minutes: 1, known }), { code: 'not_found' }, 'a streamer who vanished meanwhile')
  t.equal((await ledgerOf(streamers)).length, 1)

  async function rawStreamer (): Promise<object> {
    const request = proxy.requests.find(({ operation }) => operation === 'TransactWriteItems')
    const { TransactItems: [{ Put }] } = JSON.parse(request?.body ?? '') as { TransactItems: [{ Put: { Item: object } }] }
    return Put.Item
  }
})

t.test('two processes that credit and spend at once do each once, and never spend more than there is', async (t) => {
  const tables = await dynamoDb.freshTables()
  const [one, other] = [dynamoDb.open(tables), dynamoDb.open(tables)]
  const turn = (index: number) => index % 2 === 0 ? one.streamers : other.streamers
  const credits = await times(12, async (index) => await put(turn(index), `led_${index >> 1}`, { minutes: 10, paymentId: `pay_${index >> 1}`, purchase: purchase(`pay_${index >> 1}`, `owner${index}`) }))
  t.equal(credits.filter(({ inserted }) => inserted).length, 6)
  const known = await one.streamers.find('str_1')
  const spends = await Promise.allSettled(Array.from({ length: 40 }, async (_, index) => await put(turn(index), `led_spend_${index >> 1}`, { kind: 'spend', minutes: 5, known })))
  t.equal(spends.filter((spend) => spend.status === 'fulfilled' && spend.value.inserted).length, 12)
  t.ok(spends.every((spend) => spend.status === 'fulfilled' || (spend.reason as { code: string }).code === 'insufficient_minutes'))
  t.match(await addsUp(t, one.streamers), { minutesPurchased: 60, minutesUsed: 60 })
  t.equal((await eventsOf(one.outbox)).length, 12)
  await Promise.all([one.close(), other.close()])
})

t.test('an entry is one transaction, and a page of streamers costs the same at any depth', async (t) => {
  const { streamers, proxy } = await openBehindProxy(t, dynamoDb)
  const requestsOf = async (run: () => Promise<unknown>) => {
    proxy.requests.length = 0
    await run()
    return proxy.requests.map(({ operation }) => operation).join(' ')
  }
  t.equal(await requestsOf(async () => await put(streamers, 'led_1', { purchase: purchase('pay_1') })), 'UpdateItem TransactWriteItems', 'with the day of the first payment')
  const known = await streamers.find('str_1')
  t.equal(await requestsOf(async () => await put(streamers, 'led_2', { purchase: purchase('pay_2'), known })), 'TransactWriteItems')
  t.equal(await requestsOf(async () => await put(streamers, 'led_3', { kind: 'spend', known })), 'TransactWriteItems TransactWriteItems', 'overtaken')
  t.equal(await requestsOf(async () => await put(streamers, 'led_3', { kind: 'spend', known })), 'TransactWriteItems', 'again')
  t.equal(await requestsOf(async () => await put(streamers, 'led_3', { kind: 'spend', minutes: 500, known })), 'GetItem GetItem', 'refused by what was known')
  t.equal(await requestsOf(async () => await streamers.find('str_1')), 'GetItem')
  await times(12, async (index) => await put(streamers, `led_${index + 10}`, { streamerId: `str_${index}`, second: index }))
  let before: string | null = null
  for (let depth = 0; depth < 3; depth++) {
    t.equal(await requestsOf(async () => { before = (await streamers.list({ before, limit: 4 })).nextKey }), 'Query Query Query Query BatchGetItem')
  }
  t.equal(await requestsOf(async () => await streamers.listEntries('str_1', { before: null, limit: 10 })), 'Query')
})

t.test('streamers are listed in their order, in whatever order a batch answers', async (t) => {
  const { streamers, proxy } = await openBehindProxy(t, dynamoDb)
  for (const second of [1, 2, 3, 4, 5]) await put(streamers, `led_${second}`, { streamerId: `str_${second}`, second })
  const adapt = (reversed: boolean) => (answer: string) => {
    const { Responses } = JSON.parse(answer) as { Responses: Record<string, object[]> }
    const rows = Object.entries(Responses).map(([table, found]) => [table, reversed ? found.toReversed() : found])
    return JSON.stringify({ Responses: Object.fromEntries(rows) as object, UnprocessedKeys: {} })
  }
  for (const reversed of [false, true]) {
    proxy.plan = ({ operation, body }) => operation === 'BatchGetItem' ? { ask: body, adapt: adapt(reversed) } : null
    const { items } = await streamers.list({ before: null, limit: 10 })
    t.same(items.map(({ streamerId }) => streamerId), ['str_5', 'str_4', 'str_3', 'str_2', 'str_1'])
  }
})

t.test('a row that is not ours is refused, by the name of the attribute and not by its value', async (t) => {
  const streamer = streamerRow(newStreamer('str_1', 'ada@example.com', at(0)))
  for (const [attribute, value] of [['streamerId', 5], ['email', null], ['minutesUsed', '5'], ['minutesPurchased', 0.5], ['version', null]] as const) {
    t.throws(() => streamerOf({ ...streamer, [attribute]: value }), { message: `a row that is not ours: ${attribute}` })
  }
  const entry = entryRow({ entryId: 'led_1', streamerId: 'str_1', kind: 'spend', minutes: 1, minutesRemaining: 0, paymentId: null, broadcastId: null, note: null, createdAt: at(0), fingerprint: 'f' }, 'token')
  for (const [attribute, value] of [['kind', null], ['minutes', '1'], ['minutesRemaining', null], ['note', 5], ['fingerprint', undefined]] as const) {
    t.throws(() => entryOf({ ...entry, [attribute]: value }), { message: `a row that is not ours: ${attribute}` })
  }
})
