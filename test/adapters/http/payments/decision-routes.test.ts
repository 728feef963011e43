import t, { type Test } from 'tap'
import { adminToken, adminUser, as, key, startService } from '../../../support/service.js'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { raiseFlag } from '#domain/payments/decision.js'
import { laterBy } from '#domain/time.js'
import { settableClock } from '../../../support/builders.js'
import { unknown } from '../../../support/world.js'

const ADMIN = '/api/admin/payments'
const NOTE = 'the letter of the bank of Monday'

async function start (t: Test, taken = 10_000) {
  const gateway = new ScriptedGateway()
  const time = settableClock()
  const store = memoryStores()
  const service = await startService(t, { replacements: { openedStores: store, gateways: [gateway], clock: time.clock } })
  gateway.willCharge({ kind: 'succeeded', reference: 'ref-1', amount: taken, currency: 'TRY' })
  const { body: { paymentId } } = await service.call('POST', '/api/payments/process', { ...as('ada'), ...key('k-1') }, { amount: 10_000, currency: 'TRY', orderId: 'order-1' })
  const post = async (path: string, body: object, caller = adminUser) => await service.call('POST', `${ADMIN}/${paymentId}/${path}`, caller, body)
  const refund = async (amount: number) => {
    gateway.willRefund(unknown)
    const { body: { refunds } } = await service.call('POST', `/api/payments/${paymentId}/refund`, { ...adminToken, ...key('r-1') }, { amount })
    return (refunds as Array<{ refundId: string }>)[0]?.refundId
  }
  const acts = async (action: string) => {
    const { body: { items } } = await service.call('GET', '/api/admin/audit', adminUser)
    return items.filter((item) => item['action'] === action) as unknown as ReadonlyArray<{ readonly detail: Record<string, unknown> }>
  }
  return { ...service, gateway, store, time, paymentId, post, refund, acts }
}

t.test('an administrator ends a refund that the provider leaves open, and the audit log alone has the note', async t => {
  const { acts, post, refund, paymentId, logs } = await start(t)
  const refundId = await refund(4_000)
  const path = `refunds/${refundId}/resolve`
  const done = await post(path, { as: 'succeeded', note: NOTE })
  t.match(done, { status: 200, body: { status: 'partially_refunded', refundedAmount: 4_000, refunds: [{ refundId, status: 'succeeded' }] } })
  t.match(await post(path, { as: 'succeeded', note: NOTE }, adminToken), { status: 200, body: { refundedAmount: 4_000 } }, 'a repeat')
  t.match(await post(path, { as: 'failed', note: NOTE }), { status: 409, body: { code: 'refund_not_pending' } })
  t.match(await post('refunds/re_none/resolve', { as: 'failed', note: NOTE }), { status: 404, body: { code: 'not_found' } })
  const act = { action: 'resolveRefund', targetId: paymentId, detail: { refundId, as: 'succeeded', note: NOTE } }
  t.match((await acts('resolveRefund')).filter(({ detail }) => detail['as'] === 'succeeded' && detail['refundId'] === refundId), [act, act])
  t.notOk([...logs, done.text].some((text) => text.includes(NOTE)))
})

t.test('a refund cannot be ended while a request talks to the provider about it', async t => {
  const { call, gateway, time, paymentId, post } = await start(t)
  const { promise, resolve } = Promise.withResolvers<typeof unknown>()
  const called = Promise.withResolvers<string>()
  gateway.willRefund(async ({ refundId }) => {
    called.resolve(refundId)
    return await promise
  })
  const running = call('POST', `/api/payments/${paymentId}/refund`, { ...adminToken, ...key('r-1') }, { amount: 4_000 })
  const refundId = await called.promise
  const end = async () => await post(`refunds/${refundId}/resolve`, { as: 'failed', note: NOTE })
  t.match(await end(), { status: 409, headers: { 'retry-after': '60' }, body: { code: 'request_in_progress' } })
  time.advance(60_001)
  t.match(await end(), { status: 200, body: { refunds: [{ status: 'failed', failure: { code: 'ended_by_person' } }] } }, 'its process died')
  resolve(unknown)
  t.equal((await running).status, 422)
})

t.test('another amount that an administrator accepts succeeds with what was taken', async t => {
  const { call, post, paymentId, acts } = await start(t, 10_690)
  const path = 'flags/amount_mismatch/resolve'
  t.match((await call('GET', `/api/payments/${paymentId}`, adminUser)).body, { status: 'pending', flags: ['amount_mismatch'] })
  const accepted = { status: 200, body: { status: 'succeeded', taken: { amount: 10_690 }, flags: [], causes: [{ flag: 'amount_mismatch', decision: 'accept' }] } }
  t.match(await post(path, { decision: 'accept', note: NOTE }), accepted)
  t.match(await post(path, { decision: 'accept', note: NOTE }), accepted, 'a repeat')
  t.match(await post(path, { decision: 'dismiss', note: NOTE }), { status: 409, body: { code: 'flag_not_raised' } })
  t.match(await post('flags/none/resolve', { decision: 'dismiss', note: NOTE }), { status: 404 })
  t.match((await acts('resolveFlag')).filter(({ detail }) => detail['flag'] === 'amount_mismatch' && detail['decision'] === 'accept'), { length: 2 })
})

t.test('a dismissed flag says to administrators alone who has looked, when and why, and lists have it where they are asked to', async t => {
  const { call, post, paymentId, store, time } = await start(t)
  await store.payments.update(paymentId, (payment) => raiseFlag(payment, 'late_success', time.clock()))
  const list = async (query: string) => (await call('GET', `${ADMIN}?flag=late_success${query}`, adminUser)).body.items.map((item) => item.paymentId)
  t.same([await list(''), await list('&dismissed=true')], [[paymentId], [paymentId]])
  const cause = { flag: 'late_success', reference: null, amount: null, at: time.clock(), decision: 'dismiss' }
  const decided = { by: 'yonetici', at: time.clock(), note: NOTE }
  t.same((await post('flags/late_success/resolve', { decision: 'dismiss', note: NOTE })).body['causes'], [{ ...cause, decided }])
  t.same((await post('flags/late_success/resolve', { decision: 'dismiss', note: 'once more' })).body['causes'], [{ ...cause, decided }], 'the first word stays')
  t.same((await call('GET', `/api/payments/${paymentId}`, as('ada'))).body['causes'], [cause])
  t.same([await list(''), await list('&dismissed=false'), await list('&dismissed=true')], [[], [], [paymentId]])
  t.match(await call('GET', `${ADMIN}?flag=late_success&dismissed=yes`, adminUser), { status: 400 })
  const { body: { nextCursor } } = await call('GET', `${ADMIN}?dismissed=true&limit=1`, adminUser)
  t.equal(nextCursor, null, 'without a flag it says nothing')
  await store.payments.update(paymentId, (payment) => raiseFlag(payment, 'refund_failed', time.clock()))
  t.match((await call('POST', `${ADMIN}/${paymentId}/flags/refund_failed/resolve`, adminToken, { decision: 'accept', note: NOTE })).body['causes'], [{}, { decided: { by: null } }])
})

t.test('an administrator ends a charge of which the provider never says how it ended, and its order can be paid again', async t => {
  const { call, gateway, time, store, acts } = await start(t)
  gateway.willCharge(unknown)
  const order = { amount: 10_000, currency: 'TRY', orderId: 'order-2' }
  const pay = async (name: string) => await call('POST', '/api/payments/process', { ...as('ada'), ...key(name) }, order)
  const { body: { paymentId } } = await pay('k-2')
  const dismiss = async () => await call('POST', `${ADMIN}/${paymentId}/flags/outcome_unknown/resolve`, adminUser, { decision: 'dismiss', note: NOTE })
  t.match(await dismiss(), { status: 409, body: { code: 'flag_not_raised' } })
  await store.payments.update(String(paymentId), (payment) => raiseFlag(payment, 'outcome_unknown', time.clock()))
  t.match(await dismiss(), { status: 409, headers: { 'retry-after': '300' }, body: { code: 'request_in_progress' } }, 'a follow-up is left')
  await store.payments.update(String(paymentId), (payment) => ({ payment: { ...payment, version: payment.version + 1, followUp: null, lease: { ...payment.lease, until: laterBy(time.clock(), 9_000) } }, events: [] }))
  t.match(await dismiss(), { status: 409, headers: { 'retry-after': '9' }, body: { code: 'request_in_progress' } }, 'a request talks to the provider')
  time.advance(9_000)
  t.match(await pay('k-3'), { status: 409, body: { code: 'order_payment_open' } })
  t.match(await dismiss(), { status: 200, body: { status: 'canceled', failure: { code: 'ended_by_person' }, flags: [] } })
  t.match(await dismiss(), { status: 200, body: { status: 'canceled' } }, 'a repeat')
  gateway.willCharge({ kind: 'succeeded', reference: 'ref-3', amount: 10_000, currency: 'TRY' })
  t.match(await pay('k-3'), { status: 201, body: { status: 'succeeded' } })
  t.match((await acts('resolveFlag'))[0]?.detail, { flag: 'outcome_unknown', decision: 'dismiss', note: NOTE })
})

t.test('an administrator records a dispute that the provider does not report, and what became of it', async t => {
  const { call, post, acts } = await start(t)
  const open = { disputeId: 'cb-1', amount: 10_000, status: 'open', note: NOTE }
  t.match(await post('disputes', open), { status: 200, body: { status: 'disputed', disputes: [{ disputeId: 'cb-1', currency: 'TRY', status: 'open' }] } })
  t.match(await post('disputes', open), { status: 200, body: { disputes: { length: 1 } } })
  t.match(await post('disputes', { ...open, status: 'won' }), { status: 200, body: { status: 'succeeded' } })
  t.match((await acts('recordDispute')).filter(({ detail }) => detail['status'] === 'open'), [{ detail: open }, { detail: open }])
  t.match(await post('disputes', { ...open, charge: 'ref-none' }), { status: 404, body: { code: 'not_found' } })
  t.match(await post('disputes', { ...open, charge: 'ref-1' }), { status: 200, body: { status: 'disputed', disputes: [{ disputeId: 'cb-1', charge: null }] } })
  const none = await start(t, 0)
  t.match(await none.post('disputes', open), { status: 409, body: { code: 'payment_not_taken' } })
  t.match(await call('POST', `${ADMIN}/pay_none/disputes`, adminUser, open), { status: 404 })
})

t.test('only administrators decide, always with a note of bounded length', async t => {
  const { post, refund, paymentId, call } = await start(t)
  const refundId = await refund(4_000)
  const decisions: Array<[string, Record<string, unknown>]> = [
    [`refunds/${refundId}/resolve`, { as: 'failed', note: NOTE }],
    ['flags/late_success/resolve', { decision: 'accept', note: NOTE }],
    ['disputes', { disputeId: 'cb-1', amount: 10_000, status: 'open', note: NOTE }],
  ]
  for (const [path, body] of decisions) {
    t.match(await post(path, body, as('ada')), { status: 403, body: { code: 'forbidden' } }, path)
    for (const note of [undefined, '', 'x'.repeat(501)]) t.match(await post(path, { ...body, note }), { status: 400, body: { code: 'validation_failed' } }, path)
    t.match(await post(path, { ...body, note: 'card 4242 4242 4242 4242' }), { status: 422, body: { code: 'card_number' } }, path)
  }
  t.match(await post(`refunds/${refundId}/resolve`, { as: 'pending', note: NOTE }), { status: 400 })
  t.match(await post('flags/late_success/resolve', { decision: 'later', note: NOTE }), { status: 400 })
  t.match(await post('disputes', { disputeId: 'a b', amount: 0, status: 'maybe', note: NOTE }), { status: 400 })
  t.match((await call('GET', `/api/payments/${paymentId}`, adminUser)).body, { status: 'succeeded', refunds: [{ status: 'pending' }], disputes: [] })
})
