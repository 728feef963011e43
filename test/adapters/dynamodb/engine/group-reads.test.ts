import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import { unavailable } from '#adapters/dynamodb/engine/errors.js'
import { GroupReads, type Key, type Reads } from '#adapters/dynamodb/engine/group-reads.js'
import type { Row } from '#adapters/dynamodb/engine/row.js'
import type { TableId } from '#adapters/dynamodb/engine/tables.js'

const CALLS_MAX = 4

/** Reads behind as many as may be under way. Those alone are answered by `answerHeld`, or at once. */
async function open (many: (keys: ReadonlyMap<TableId, Key[]>) => ReturnType<Reads['many']>, keysMax = 100) {
  const alone: string[] = []
  const batches: object[] = []
  const { promise: held, resolve: answerHeld } = Promise.withResolvers<undefined>()
  const reads: Reads = {
    one: async (_table, key) => {
      alone.push(Object.values(key).join())
      if (Object.values(key).some((value) => value.startsWith('held'))) await held
      return { ...key, read: 'alone' }
    },
    many: async (keys) => {
      batches.push(Object.fromEntries(keys))
      return await many(keys)
    },
  }
  const group = new GroupReads(reads, keysMax)
  const first: Array<Promise<Row | null>> = []
  for (let index = 0; index < CALLS_MAX; index++) {
    first.push(group.row('messages', { messageId: `held ${index}` }))
    await setImmediate()
  }
  t.equal(alone.length, CALLS_MAX, 'none of these waits')
  alone.length = 0
  const message = async (messageId: string): Promise<Row | null> => await group.row('messages', { messageId })
  const go = async (): Promise<void> => {
    answerHeld(undefined)
    await Promise.all(first)
  }
  return { group, message, go, alone, batches }
}

const found = (table: TableId, rows: readonly Row[], left: readonly Row[] = []) => [{ table, rows, left }, { table: 'audit' as const, rows: [], left: [] }]

t.test('reads that wait go in one request: of several tables, each row once, with nothing for what is not there', async (t) => {
  const { group, message, go, alone, batches } = await open(async () => [
    ...found('messages', [{ messageId: 'b', list: [2] }, { messageId: 'a', list: [1] }]),
    ...found('inbox', [{ userId: 'u', conversationId: 'c', unread: 3 }]),
  ])
  const asked = Promise.all([message('a'), message('b'), message('a'), message('none'), group.row('inbox', { userId: 'u', conversationId: 'c' })])
  await go()
  const [a, b, again, none, side] = await asked
  t.same([a, b, again, none, side], [{ messageId: 'a', list: [1] }, { messageId: 'b', list: [2] }, { messageId: 'a', list: [1] }, null, { userId: 'u', conversationId: 'c', unread: 3 }])
  t.not(a?.['list'], again?.['list'], 'each caller has a row of its own')
  t.same(batches, [{ messages: [{ messageId: 'a' }, { messageId: 'b' }, { messageId: 'none' }], inbox: [{ userId: 'u', conversationId: 'c' }] }])
  t.same(alone, [])
})

t.test('reads of one turn go in one request, while none is under way, and one alone waits for no turn', async (t) => {
  const batches: object[] = []
  let alone = 0
  const group = new GroupReads({
    one: async () => {
      alone++
      return null
    },
    many: async (keys) => {
      batches.push(Object.fromEntries(keys))
      return []
    },
  }, 100)
  const later = async (messageId: string): Promise<Row | null> => {
    await Promise.resolve()
    return await group.row('messages', { messageId })
  }
  await Promise.all([group.row('messages', { messageId: 'a' }), later('b'), later('c')])
  t.same([batches, alone], [[{ messages: [{ messageId: 'a' }, { messageId: 'b' }, { messageId: 'c' }] }], 0])
  let turns = 0
  const nextTurn = setImmediate().then(() => { turns++ })
  await group.row('messages', { messageId: 'a' })
  t.same([alone, turns], [1, 0])
  await nextTurn
})

t.test('a request asks for at most so many rows, and one row alone is read alone', async (t) => {
  const { message, go, alone, batches } = await open(async (keys) => found('messages', keys.get('messages') ?? []), 2)
  const asked = Promise.all(['a', 'b', 'a', 'c', 'c'].map(message))
  await go()
  t.same((await asked).map((row) => row?.['messageId']), ['a', 'b', 'a', 'c', 'c'])
  t.same(batches, [{ messages: [{ messageId: 'a' }, { messageId: 'b' }] }])
  t.same(alone, ['c', 'c'])
})

t.test('keys that DynamoDB leaves over are read alone', async (t) => {
  const { message, go, alone } = await open(async () => found('messages', [{ messageId: 'a' }], [{ messageId: 'b' }]))
  const asked = Promise.all([message('a'), message('b'), message('b'), message('c')])
  await go()
  t.same(await asked, [{ messageId: 'a' }, { messageId: 'b', read: 'alone' }, { messageId: 'b', read: 'alone' }, null])
  t.same(alone, ['b', 'b'])
})

t.test('a store that is away is so for each; what it refuses of all is read one by one', async (t) => {
  const away = unavailable('the store does not answer just now', null)
  const outage = await open(async () => { throw away })
  const asked = Promise.allSettled([outage.message('a'), outage.message('b')])
  await outage.go()
  t.same(await asked, [{ status: 'rejected', reason: away }, { status: 'rejected', reason: away }])
  t.same(outage.alone, [])
  for (const refusal of [new StoreUnserved(null, 1), Object.assign(new Error('not valid'), { name: 'ValidationException' })]) {
    const { message, go, alone } = await open(async () => { throw refusal })
    const rows = Promise.all([message('a'), message('b')])
    await go()
    t.match(await rows, [{ read: 'alone' }, { read: 'alone' }])
    t.same(alone, ['a', 'b'])
  }
})

t.test('an answer that cannot be understood leaves no read waiting', async (t) => {
  const { message, go } = await open(async () => null as unknown as [])
  const asked = Promise.all([message('a'), message('b')])
  await go()
  t.match(await asked, [{ read: 'alone' }, { read: 'alone' }])
})

t.test('with a limit of one row, each read goes alone and none waits', async (t) => {
  const { message, go, alone, batches } = await open(async () => [], 1)
  t.match(await Promise.all([message('a'), message('b')]), [{ messageId: 'a' }, { messageId: 'b' }])
  await go()
  t.same([alone, batches], [['a', 'b'], []])
})
