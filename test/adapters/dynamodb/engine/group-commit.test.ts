import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { GroupCommit } from '#adapters/dynamodb/engine/group-commit.js'
import { rowNames, sizeOf, type TransactionItem } from '#adapters/dynamodb/engine/transaction.js'
import { behindCalls, CALLS_MAX, canceledFor, put, scriptedSender, TABLES_OF_TEST, type ScriptedCall } from '../../../support/transactions.js'

t.test('a transaction waits only while four calls are under way, and then goes with those that wait too', async (t) => {
  const { calls, write, single, outcome } = await behindCalls()
  t.same(calls.map(({ ids }) => ids), [['under way 0'], ['under way 1'], ['under way 2'], ['under way 3']], 'none of these waited for another')
  for (const id of ['a', 'b', 'c']) write([put(id), put(`${id}2`)])
  await setImmediate()
  t.equal(calls.length, CALLS_MAX)
  const call = await single(() => { calls[0]?.answer() })
  t.same(call.ids, ['a', 'a2', 'b', 'b2', 'c', 'c2'], 'one answer is enough')
  call.answer()
  await setImmediate()
  t.same(outcome(), ['a', 'b', 'c'])
})

t.test('transactions of one turn of the event loop go together, though fewer calls are under way', async (t) => {
  const { calls, write, next, single } = await behindCalls()
  await next()
  t.same((await single(() => { for (const id of ['a', 'b', 'c']) write([put(id)]) })).ids, ['a', 'b', 'c'])
  t.same((await single(() => { write([put('d')]) })).ids, ['d'])
  t.equal(calls.length, CALLS_MAX + 2)
})

t.test('transactions on a row that is contested go alone for a second, so that they spoil no others', async (t) => {
  const time = { ms: 0 }
  const { write, single, next } = await behindCalls({ now: () => time.ms })
  await next()
  const spoilt = await single(() => { for (const id of ['a', 'b']) write([put(id)]) })
  spoilt.fail(canceledFor([{ Code: 'TransactionConflict' }, { Code: 'None' }]))
  const calls: ScriptedCall[] = []
  while (calls.length < 2) calls.push(...await next(() => {}))
  t.same(calls.map(({ ids }) => ids.join()).toSorted(), ['a', 'b'], 'the one that met the conflict comes back alone')
  for (const { answer } of calls) answer()
  const together = async (): Promise<string[]> => {
    const made = await next(() => { for (const id of ['a', 'b', 'c']) write([put(id)]) })
    for (const { answer } of made) answer()
    return made.map(({ ids }) => ids.join())
  }
  t.same(await together(), ['a', 'b,c'])
  time.ms = 999
  t.same(await together(), ['a', 'b,c'])
  time.ms = 1000
  t.same(await together(), ['a,b,c'])
})

t.test('a thousand contested rows are remembered', async (t) => {
  const { calls, send } = scriptedSender()
  const groups = new GroupCommit(send, { rowOf: rowNames(TABLES_OF_TEST), itemsMax: 100, observer: { onCall: () => {}, onSpoilt: () => {} }, now: () => 0 })
  for (const id of Array.from({ length: 1001 }, (_, index) => String(index))) groups.write([{}, put(id)], true).catch(t.fail)
  groups.write([put('1')], false).catch(t.fail)
  groups.write([put('0')], false).catch(t.fail)
  t.equal(calls.at(-1)?.ids.join(), '1')
  await setImmediate()
  t.equal(calls.at(-1)?.ids.join(), '0', 'the oldest is forgotten')
})

t.test('transactions that work on one row go in different calls, in their order', async (t) => {
  const { write, next } = await behindCalls()
  const side = (conversationId: string): TransactionItem => ({ Update: { TableName: TABLES_OF_TEST.inbox, Key: { userId: 'ayse', conversationId }, UpdateExpression: 'SET a = :a' } })
  write([put('a'), side('ayse#can')])
  write([put('b'), side('ayse#can')])
  write([put('c'), side('ayse#mehmet')])
  write([put('a', { other: true })])
  t.same((await next()).map(({ ids }) => ids.filter((id) => id !== 'undefined')), [['a', 'c'], ['b', 'a']])
})

t.test('a call holds at most 100 rows and 4 MB', async (t) => {
  const { write, next } = await behindCalls()
  const rows = (id: string, count: number): TransactionItem[] => Array.from({ length: count }, (_, index) => put(`${id}${index}`))
  write(rows('a', 60))
  write(rows('b', 41))
  write(rows('c', 40))
  t.same((await next()).map(({ ids }) => ids.length), [100, 41])
  const large = await behindCalls()
  const text = 'ğ'.repeat(1_100_000)
  for (const id of ['a', 'b', 'c']) large.write([put(id, { text })])
  t.same((await large.next()).map(({ ids }) => ids.join()), ['a', 'b', 'c'])
  const small = await behindCalls({ itemsMax: 3 })
  for (const id of ['a', 'b', 'c', 'd']) small.write([put(id)])
  small.write(rows('e', 3))
  t.same(small.calls.at(-1)?.ids.length, 3, 'one that fills a call does not wait')
  t.same((await small.next()).map(({ ids }) => ids.join()), ['a,b,c', 'd'])
})

t.test('what cannot be grouped safely goes alone: without a condition at once, and on a row that cannot be named in its turn', async (t) => {
  const { write, single, next } = await behindCalls()
  t.same((await single(() => { write([{ Put: { TableName: TABLES_OF_TEST.messages, Item: { messageId: 'a' } } }]) })).ids, ['a'])
  write([put('b'), { Put: { TableName: 'other', Item: { messageId: 'c' } } }])
  write([put('d')])
  write([{ Put: { TableName: TABLES_OF_TEST.messages, Item: { id: 'e' }, ConditionExpression: 'x' } }], 'e')
  write([{}, put('f')])
  write([put('g')])
  t.same((await next()).map(({ ids }) => ids.join()), ['b,c', 'd,g', 'undefined', 'undefined,f'])
})

t.test('with a limit of one row, each transaction goes alone and none waits', async (t) => {
  const { calls, write } = await behindCalls({ itemsMax: 1 })
  for (const id of ['a', 'b', 'c']) write([put(id)])
  t.same(calls.map(({ ids }) => ids.length), [1, 1, 1, 1, 1, 1, 1])
})

t.test('calls that hang hold up the others for a tenth of a second', async (t) => {
  const { calls, write, single } = await behindCalls()
  write([put('a')])
  write([put('b')])
  await setImmediate()
  t.equal(calls.length, CALLS_MAX)
  const start = performance.now()
  while (calls.length === CALLS_MAX) await setImmediate()
  const waited = performance.now() - start
  t.ok(waited > 50 && waited < 5000, `${waited} ms`)
  t.same(calls.at(-1)?.ids, ['a', 'b'])
  write([put('c')])
  const call = await single(() => { for (const { answer } of calls) answer() })
  t.same(call.ids, ['c'])
})

t.test('those that come while others wait are held up no longer for it', async (t) => {
  const { calls, write } = await behindCalls()
  write([put('a')])
  const start = performance.now()
  while (performance.now() - start < 50) await setImmediate()
  write([put('b'), put('a')])
  while (calls.length < CALLS_MAX + 2) await setImmediate()
  t.same(calls.slice(CALLS_MAX).map(({ ids }) => ids), [['a'], ['b', 'a']])
  t.ok(performance.now() - start > 120, 'each waits for its own time')
})

t.test('the observer hears what each call holds and how long it has waited', async (t) => {
  const heard: Array<readonly number[]> = []
  const { write, single } = await behindCalls({ observer: { onCall: (waits) => { heard.push(waits) }, onSpoilt: () => {} } })
  t.same(heard.map((waits) => waits.length), [1, 1, 1, 1])
  for (const id of ['a', 'b']) write([put(id)])
  await single()
  t.equal(heard[4]?.length, 2)
  t.ok(heard[4]?.every((seconds) => seconds > 0 && seconds < 5))
})

t.test('rows have names by table and key, and sizes by what they hold', async (t) => {
  const nameOf = rowNames(TABLES_OF_TEST)
  const key = (userId: string, conversationId: string): TransactionItem => ({ Delete: { TableName: TABLES_OF_TEST.inbox, Key: { userId, conversationId } } })
  t.not(nameOf(key('a', 'b c')), nameOf(key('a 1 b', 'c')))
  t.not(nameOf(key('a 3 b c', 'd')), nameOf(key('a', 'b c 1 d')))
  const check: TransactionItem = { ConditionCheck: { TableName: TABLES_OF_TEST.messages, Key: { messageId: 'a' }, ConditionExpression: 'x' } }
  t.equal(nameOf(check), nameOf(put('a')))
  t.equal(sizeOf('ğ'), 2)
  t.equal(sizeOf(new Uint8Array(7)), 7)
  t.equal(sizeOf({ a: [1, true, null] }), 3 + 1 + 3 * (3 + 1 + 21))
})
