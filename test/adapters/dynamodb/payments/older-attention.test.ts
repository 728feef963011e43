// @own-process
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import { raiseFlag } from '#domain/payments/decision.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { resolveFlag } from '#domain/payments/resolution.js'
import { settle } from '#domain/payments/settlement.js'
import { createdKey } from '#domain/time.js'
import { placeOlder } from '#adapters/dynamodb/payments/attention-store.js'
import type { OlderPaymentsOptions } from '#adapters/dynamodb/payments/older-payments.js'
import { at, payment, times } from '../../../contracts/fixtures.js'
import { dispatcherOf } from '../../../support/dispatching.js'
import { startDynamoDb } from '../../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const captured = { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' } as const
const refundOf = (refundId: string) => ({ refundId, amount: 10, reason: null, fingerprint: 'f', owner: 'o', until: at(99) })

/** Payments whose events a version without places has dispatched, and the back-fill. */
async function older () {
  const tables = await dynamoDb.freshTables()
  const stores = dynamoDb.open(tables)
  const database = dynamoDb.database(tables)
  const { documents, tableNames } = database
  const run = async (options: Partial<OlderPaymentsOptions> = {}) => {
    const seen: number[] = []
    const done = await placeOlder(database, { again: true, signal: new AbortController().signal, onProgress: (looked) => { seen.push(looked) }, ...options })
    return { done, seen }
  }
  const places = async () => {
    const all = await Promise.all((['refund', 'dispute', 'flag'] as const).map(async (kind) => (await stores.attention.list({ kind, state: null }, { before: null, limit: 100 })).items))
    return all.flat().map(({ id, state }) => `${id} ${state}`)
  }
  const forget = async () => {
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableNames.attention }))
    for (const { kindShard, createdKey } of Items) await documents.send(new DeleteCommand({ TableName: tableNames.attention, Key: { kindShard: String(kindShard), createdKey: String(createdKey) } }))
  }
  await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', (before) => settle(before, captured, at(1)))
  await stores.payments.update('pay_1', (before) => reserveRefund(before, refundOf('re_1'), at(2)))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 100 }, at(3)))
  await stores.payments.update('pay_1', (before) => raiseFlag(before, 'late_success', at(4)))
  const { run: dispatch } = dispatcherOf(stores)
  await dispatch()
  await forget()
  return { stores, run, places, forget, dispatch }
}

const ALL = ['re_1 pending', 'dp_1 open', 'late_success late_success']

t.test('the back-fill writes the places of payments from before, and goes on where it was stopped', async (t) => {
  const { stores, run, places } = await older()
  await times(120, async (index) => await stores.payments.insert(payment(`more_${index}`, { createdAt: at(1000 + index) }), { isAnother: true }))
  t.same([await run({ again: false }), await places()], [{ done: true, seen: [0] }, []], 'new tables hold no older payments')
  const stop = new AbortController()
  t.same(await run({ signal: stop.signal, onProgress: (looked) => { if (looked > 0) stop.abort() } }), { done: false, seen: [] })
  t.same(await places(), [], 'it begins with the newest')
  t.same(await run({ again: false }), { done: true, seen: [100, 121] })
  t.same(await places(), ALL)
  t.same([await run(), await places()], [{ done: true, seen: [0, 100, 121] }, ALL], 'another run doubles nothing')
  await stores.close()
})

t.test('the back-fill leaves a place from a newer payment, and moves one from an older payment', async (t) => {
  const { stores, run, places, forget, dispatch } = await older()
  const before = await stores.payments.find('pay_1')
  await run()
  await stores.payments.update('pay_1', (current) => settle(current, { kind: 'refund', refundId: 're_1', status: 'succeeded' }, at(5)))
  await stores.payments.update('pay_1', (current) => resolveFlag(current, 'late_success', 'dismiss', at(6)))
  t.same(await places(), ALL, 'a version without places dispatches the events')
  await run()
  t.same(await places(), ['re_1 succeeded', 'dp_1 open', 'late_success dismiss'])
  await dispatch()
  t.same(await places(), ['re_1 succeeded', 'dp_1 open', 'late_success dismiss'])
  await forget()
  await stores.payments.update('pay_1', (current) => reserveRefund({ ...current, disputes: [] }, refundOf('re_2'), at(7)))
  await dispatch()
  t.ok(before !== null && before.version < 7)
  t.same(await places(), ['re_2 pending'])
  await run()
  t.same(await places(), ['re_2 pending', 're_1 succeeded', 'late_success dismiss'])
  const newer = { kind: 'refund', key: createdKey(at(2), 'pay_1#re_1'), paymentId: 'pay_1', id: 're_1', state: 'failed', version: 99 } as const
  const lease = await stores.outbox.claim(0, { owner: 'a dispatcher that has read more', now: at(10_000), until: at(20_000) })
  t.same(await stores.outbox.complete(lease, [], [{ kind: 'attention', place: newer }]), { kind: 'completed' })
  await run()
  t.same(await places(), ['re_2 pending', 're_1 failed', 'late_success dismiss'])
  await stores.close()
})
