import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import { busy, isThrottledTransaction, unavailable } from '#adapters/dynamodb/engine/errors.js'
import { behindCalls, CALLS_MAX, canceledFor, notValid, put, unknownOutcome } from '../../../support/transactions.js'

const NONE = { Code: 'None' }
const FAILED = { Code: 'ConditionalCheckFailed' }
const CONFLICT = { Code: 'TransactionConflict' }
const THROTTLED = { Code: 'ThrottlingError' }
const INVALID = { Code: 'ValidationError' }

t.test('each transaction learns of its own conditions, and those with nothing against them go out again together', async (t) => {
  const { write, single, next, outcome } = await behindCalls()
  write([put('a'), put('a2')])
  write([put('b'), put('b2'), put('b3')])
  write([put('c')])
  write([put('d'), put('d2')])
  const call = await single()
  const stored = (value: string): object => ({ ...FAILED, Item: { stored: { S: value } } })
  const again = await single(() => { call.fail(canceledFor([NONE, NONE, NONE, NONE, stored('of b3'), NONE, NONE, stored('of d2')])) })
  t.same(again.ids, ['a', 'a2', 'c'])
  t.same(outcome(), ['b false undefined,false undefined,true of b3', 'd false undefined,true of d2'])
  t.same(await next(() => { again.answer() }), [])
  t.same(outcome().slice(2), ['a', 'c'])
})

t.test('a transaction that met a conflict or a throttled partition goes alone after a pause, and the others at once', async (t) => {
  let spoilt = 0
  const { calls, write, single, outcome, errors } = await behindCalls({ observer: { onCall: () => {}, onSpoilt: () => { spoilt++ } } })
  for (const id of ['a', 'b', 'c', 'd']) write([put(id)])
  const call = await single()
  call.fail(canceledFor([CONFLICT, NONE, THROTTLED, FAILED]))
  const later: string[] = []
  for (let seen = CALLS_MAX + 1; outcome().length < 4; await setImmediate()) {
    for (const { ids, answer, fail } of calls.slice(seen)) {
      later.push(ids.join())
      seen++
      if (ids.includes('d')) fail(canceledFor([NONE, FAILED]))
      else answer()
    }
  }
  t.equal(later[0], 'b,d', 'a condition counts only where nothing else stood in the way of the call')
  t.same(later.sort(), ['a', 'b', 'b,d', 'c'])
  t.same(outcome().sort(), ['a', 'b', 'c', 'd true undefined'])
  t.equal(spoilt, 1)
  t.equal(errors.size, 0)
})

t.test('a transaction that DynamoDB will never take is found by halving, and spoils no other', async (t) => {
  const { calls, write, single, outcome, errors } = await behindCalls()
  for (const id of ['a', 'b', 'c', 'd', 'e']) write([put(id)])
  const call = await single()
  let seen = calls.length
  call.fail(notValid())
  for (let quiet = 0; quiet < 3; quiet++) {
    await setImmediate()
    for (const { ids, answer, fail } of calls.slice(seen)) {
      quiet = 0
      seen++
      if (ids.includes('d')) fail(notValid())
      else answer()
    }
  }
  t.same(outcome().sort(), ['a', 'b', 'c', 'e'])
  t.match(errors.get('d'), { name: 'ValidationException' })
  t.equal(errors.size, 1)
  t.ok(calls.length <= CALLS_MAX + 1 + 4, `${calls.length} calls`)
})

t.test('an item that is not valid is a refusal of its transaction, with the reasons of that alone', async (t) => {
  const { write, single, errors } = await behindCalls()
  for (const id of ['a', 'b']) write([put(id), put(`${id}2`)])
  const call = await single()
  const again = await single(() => { call.fail(canceledFor([NONE, NONE, FAILED, INVALID])) })
  t.same(again.ids, ['a', 'a2'])
  const error = errors.get('b') as Error & { CancellationReasons: unknown }
  t.equal(error.name, 'TransactionCanceledException')
  t.equal(error.message, 'Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, ValidationError]')
  t.same(error.CancellationReasons, [FAILED, INVALID])
})

t.test('what one transaction is not allowed to do does not hold up the others', async (t) => {
  const { write, single, next, outcome, errors } = await behindCalls()
  for (const id of ['a', 'b']) write([put(id)])
  const call = await single()
  const unserved = new StoreUnserved(Object.assign(new Error('no'), { $metadata: { attempts: 1 } }), 1)
  const [first, second] = await next(() => { call.fail(unserved) })
  first?.answer()
  second?.fail(unserved)
  await setImmediate()
  t.same(outcome(), ['a'])
  t.equal(errors.get('b'), unserved)
})

t.test('an unknown outcome of a call is one of each of its transactions, and none goes out again', async (t) => {
  const { calls, write, single, outcome, errors } = await behindCalls()
  for (const id of ['a', 'b']) write([put(id)])
  const call = await single()
  call.fail(unknownOutcome())
  await setImmediate()
  t.match([...errors], [['a', { code: 'store_unavailable' }], ['b', { code: 'store_unavailable' }]])
  t.same(outcome(), [])
  t.equal(calls.length, CALLS_MAX + 1)
})

t.test('a refusal of a repeat of the call is one of each of its transactions: the first try may have written them', async (t) => {
  const { calls, write, single, errors } = await behindCalls()
  for (const id of ['a', 'b']) write([put(id)])
  const call = await single()
  call.fail(notValid(2))
  await setImmediate()
  t.match([...errors], [['a', { name: 'ValidationException' }], ['b', { name: 'ValidationException' }]])
  t.equal(calls.length, CALLS_MAX + 1)
})

t.test('transactions go alone after three calls in which DynamoDB had nothing against them, or says nothing of use', async (t) => {
  const { write, single, next, outcome } = await behindCalls()
  for (const id of ['a', 'b']) write([put(id)])
  let call = await single()
  for (let count = 0; count < 2; count++) {
    const spoilt = call
    call = await single(() => { spoilt.fail(canceledFor([NONE, {}])) })
    t.same(call.ids, ['a', 'b'])
  }
  const alone = await next(() => { call.fail(canceledFor([NONE, NONE])) })
  t.same(alone.map(({ ids }) => ids), [['a'], ['b']])
  for (const { answer } of alone) answer()
  await setImmediate()
  t.same(outcome(), ['a', 'b'])
  const other = await behindCalls()
  for (const id of ['c', 'd']) other.write([put(id)])
  const short = await other.single()
  t.same((await other.next(() => { short.fail(canceledFor([FAILED])) })).map(({ ids }) => ids), [['c'], ['d']], 'reasons of another number')
})

t.test('a store that is busy or away is so for each transaction of a call', async (t) => {
  for (const error of [busy(), unavailable('the store does not answer just now', null)]) {
    const { calls, write, single, errors } = await behindCalls()
    for (const id of ['a', 'b']) write([put(id)])
    const call = await single()
    call.fail(error)
    await setImmediate()
    t.same([...errors], [['a', error], ['b', error]])
    t.equal(calls.length, CALLS_MAX + 1)
  }
})

t.test('a fault of our own code leaves no transaction waiting, nor those behind it', async (t) => {
  const { calls, write, single, next, errors, outcome } = await behindCalls({ observer: { onCall: () => {}, onSpoilt: () => { throw new Error('broken') } } })
  for (const id of ['a', 'b']) write([put(id)])
  const call = await single(() => { calls[0]?.answer() })
  write([put('c')])
  const [last] = await next(() => { call.fail(canceledFor([CONFLICT, NONE])) })
  t.match([...errors], [['a', { message: 'broken' }], ['b', { message: 'broken' }]])
  last?.answer()
  await setImmediate()
  t.same(outcome(), ['c'])
})

t.test('a throttled transaction is one that waits; another busy store is not', async (t) => {
  t.equal(isThrottledTransaction(canceledFor([THROTTLED])), true)
  t.equal(isThrottledTransaction(canceledFor([CONFLICT])), false)
  t.equal(isThrottledTransaction(unknownOutcome()), false)
  t.equal(isThrottledTransaction(null), false)
})
