// @own-process
import t, { type Test } from 'tap'
import { at, eventsOf, message, noted, payment, times } from '../../contracts/fixtures.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { canceled, failure, openBehindProxy, type Fault, type ProxiedRequest } from '../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const CALLS_MAX = 4
const HELD: Fault = { delayMs: 60 }

const sizeOf = ({ body }: ProxiedRequest): number => (JSON.parse(body) as { TransactItems: unknown[] }).TransactItems.length

/** What begins in one turn would go together: these begin in turns of their own, and so hold all calls. */
async function underWay (begin: (index: number) => Promise<unknown>): Promise<{ readonly ended: Promise<unknown> }> {
  const begun: Array<Promise<unknown>> = []
  for (let call = 0; call < CALLS_MAX; call++) {
    begun.push(begin(call))
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate)
  }
  return { ended: Promise.all(begun) }
}

/** Stores whose first transactions are held, so that those behind them go out together. */
async function open (t: Test) {
  const opened = await openBehindProxy(t, dynamoDb)
  const { payments, proxy } = opened
  // The day is registered.
  await payments.insert(payment('pay_0'))
  const groups: number[] = []
  let held = 0
  /** Gives the faults in turn to calls of several transactions. */
  const spoil = (...faults: InGroup[]): void => {
    held = 0
    groups.length = 0
    proxy.plan = (request) => {
      if (request.operation !== 'TransactWriteItems') return null
      const rows = sizeOf(request)
      if (rows > 5) groups.push(rows)
      if (rows <= 5) return held++ < CALLS_MAX ? HELD : null
      return faults.shift()?.(rows) ?? null
    }
  }
  const hold = async () => await underWay(async (index) => await payments.insert(payment(`held_${index}`)))
  return { ...opened, spoil, hold, groups }
}

type InGroup = (rows: number) => Fault | null

const at9 = (code: string): InGroup => (rows) => canceled(...Array.from({ length: rows }, (_, place) => place === 9 ? code : 'None'))
const atLast = (code: string): InGroup => (rows) => canceled(...Array.from({ length: rows }, (_, place) => place === rows - 1 ? code : 'None'))

/** Ten messages, of which some are stored already and some go to people who block the sender, and ten payments, of which some have orders that are paid. */
async function mixed ({ messages, conversations, payments, outbox, hold, spoil, groups }: Awaited<ReturnType<typeof open>>, ...faults: InGroup[]) {
  await times(10, async (index) => {
    if (index % 5 === 1) await messages.insert(message(`m${index}`, { receiverId: `to${index}` }))
    if (index % 5 === 2) await conversations.setBlocked(`to${index}`, 'ayse', true)
    if (index % 5 === 3) await payments.insert(payment(`earlier_${index}`, { orderId: `order ${index}` }))
  })
  const before = (await eventsOf(outbox)).length
  spoil(...faults)
  const { ended: held } = await hold()
  const sent = times(10, async (index) => await messages.insert(message(`m${index}`, { receiverId: `to${index}`, createdAt: at(index) }), { firstMessagesPerDay: 0 })
    .then(({ inserted }) => inserted, (error: unknown) => (error as { code: string }).code))
  const paid = times(10, async (index) => {
    const { inserted, stored } = await payments.insert(payment(`pay_${index + 1}`, { orderId: `order ${index}` }))
    return inserted ? stored.paymentId : `claimed by ${stored.paymentId}`
  })
  await held
  const endings = { sent: await sent, paid: await paid }
  return { ...endings, groups: [...groups], events: (await eventsOf(outbox)).length - before - CALLS_MAX }
}

const EXPECTED = {
  sent: [true, false, 'blocked', true, true, true, false, 'blocked', true, true],
  paid: ['pay_1', 'pay_2', 'pay_3', 'claimed by earlier_3', 'pay_5', 'pay_6', 'pay_7', 'pay_8', 'claimed by earlier_8', 'pay_10'],
  events: 6 + 8,
}

t.test('messages and payments that go out together end as those that go alone, whatever becomes of some of them', async (t) => {
  const { groups, ...endings } = await mixed(await open(t))
  t.same(endings, EXPECTED)
  t.equal(groups.length, 2, 'those with nothing against them go again')
  t.ok(Number(groups[1]) < Number(groups[0]), 'without the others')
})

t.test('conflicts, throttling, refusals and lost answers within groups change nothing', async (t) => {
  const plans: InGroup[][] = [
    [at9('TransactionConflict'), atLast('TransactionConflict')],
    [atLast('ThrottlingError'), at9('ThrottlingError')],
    [() => failure('ValidationException'), () => failure('ValidationException')],
    [() => 'answer lost', () => null, () => 'answer lost'],
  ]
  for (const plan of plans) {
    const { groups, ...endings } = await mixed(await open(t), ...plan)
    t.same(endings, EXPECTED)
    t.ok(groups.length > 1, groups.join())
  }
})

t.test('a group that was written, and whose answer and token are lost, ends well for each, once', async (t) => {
  const { payments, messages, outbox, hold, spoil, groups } = await open(t)
  spoil(() => 'answer lost', () => 'token forgotten')
  const { ended: held } = await hold()
  const [paid, sent] = await Promise.all([
    times(5, async (index) => (await payments.insert(payment(`pay_${index + 1}`))).inserted),
    times(5, async (index) => (await messages.insert(message(`m${index}`, { receiverId: `to${index}` }))).stored.messageId),
  ])
  await held
  t.same(paid, [true, true, true, true, true])
  t.same(sent, ['m0', 'm1', 'm2', 'm3', 'm4'])
  t.equal(groups.length, 2)
  t.equal(groups[0], groups[1], 'sent twice, and no more')
  t.equal((await eventsOf(outbox)).length, 1 + CALLS_MAX + 10)
})

t.test('an unknown outcome of a group is unknown for each, and each finds out by its id', async (t) => {
  const { payments, outbox, hold, spoil, groups } = await open(t)
  spoil(() => 'answer lost', () => 'answer lost')
  const { ended: held } = await hold()
  const write = async (index: number): Promise<unknown> => (await payments.insert(payment(`pay_${index + 1}`))).inserted
  const first = await Promise.allSettled(Array.from({ length: 5 }, async (_, index) => await write(index)))
  t.match(first, Array.from({ length: 5 }, () => ({ status: 'rejected', reason: { code: 'store_unavailable' } })))
  t.equal(groups.length, 2)
  t.equal(groups[0], groups[1], 'the identical group went out twice')
  await held
  t.same(await times(5, write), [true, true, true, true, true])
  t.equal((await eventsOf(outbox)).length, 1 + CALLS_MAX + 5)
})

t.test('changes of one payment by many at once are all made, one after the other', async (t) => {
  const { payments, hold, spoil } = await open(t)
  spoil()
  const { ended: held } = await hold()
  await times(4, async (index) => await payments.update('pay_0', noted(String(index))))
  await held
  const found = await payments.find('pay_0')
  t.equal(found?.version, 5)
  t.same([...String(found?.description)].sort(), ['0', '1', '2', '3'])
})

t.test('reads by key that wait go in one request, as all writes before have left the rows', async (t) => {
  const { payments, messages, proxy, count } = await openBehindProxy(t, dynamoDb)
  await times(6, async (index) => await payments.insert(payment(`pay_${index}`)))
  await messages.insert(message('m1'))
  let held = 0
  proxy.plan = ({ operation }) => operation === 'GetItem' && held++ < CALLS_MAX ? HELD : null
  const first = await underWay(async () => await payments.find('pay_0'))
  const [found, sent, none] = await Promise.all([times(6, async (index) => await payments.find(`pay_${index}`)), messages.find('m1'), payments.find('pay_9')])
  t.same(found.map((one) => one?.paymentId), ['pay_0', 'pay_1', 'pay_2', 'pay_3', 'pay_4', 'pay_5'])
  t.match([sent, none], [{ messageId: 'm1', metadata: {} }, null])
  await first.ended
  t.same([count('GetItem'), count('BatchGetItem')], [CALLS_MAX, 1])
  const request = JSON.parse(proxy.requests.find(({ operation }) => operation === 'BatchGetItem')?.body ?? '') as { RequestItems: Record<string, { ConsistentRead: boolean }> }
  t.ok(Object.values(request.RequestItems).every(({ ConsistentRead }) => ConsistentRead))
})

t.test('keys that DynamoDB leaves over in a read of several are read alone', async (t) => {
  const { payments, tables, proxy, count } = await openBehindProxy(t, dynamoDb)
  await times(2, async (index) => await payments.insert(payment(`pay_${index}`)))
  const left: Fault = { status: 200, body: { Responses: {}, UnprocessedKeys: { [tables.payments]: { Keys: [{ paymentId: { S: 'pay_1' } }] } } } }
  let held = 0
  proxy.plan = ({ operation }) => operation === 'BatchGetItem' ? left : operation === 'GetItem' && held++ < CALLS_MAX ? HELD : null
  const first = await underWay(async () => await payments.find('pay_0'))
  const [kept, none] = await Promise.all([payments.find('pay_1'), payments.find('pay_9')])
  t.match([kept, none], [{ paymentId: 'pay_1' }, null])
  await first.ended
  t.same([count('GetItem'), count('BatchGetItem')], [CALLS_MAX + 1, 1])
})
