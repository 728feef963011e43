import t from 'tap'
import { settle } from '#domain/payments/settlement.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { WRITE_CODEC } from '#adapters/durability/writes/journaled-write.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { at, eventsOf, payment } from '../../../contracts/fixtures.js'
import { BadDisk } from '../../../support/bad-disk.js'
import { settableClock } from '../../../support/builders.js'
import { outageWorld } from '../../../support/outages.js'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'
import { decline, success, world } from '../../../support/world.js'

const ORDER = { orderId: 'order_1' }
const failed = { kind: 'failed', reference: null, failure: { code: 'declined', message: 'no' } } as const

async function paying (gateway = new ScriptedGateway()) {
  const outage = await outageWorld()
  return { ...outage, gateway, w: world({ gateways: [gateway], persistence: outage.stores }) }
}

t.test('in an outage a node charges an order once, also one that it knows from before, and a failed payment frees it', async (t) => {
  const { w, gateway, leave, comeBack, inner, quarantined } = await paying(new ScriptedGateway().willCharge(success(), decline, success('ref-3'), success('ref-4')))
  const before = await w.process({ orderId: 'before' })
  t.match(await w.process({ orderId: 'before' }, 'key-2'), { refusal: { code: 'order_already_paid' } })
  await leave()
  t.match(await w.process({ orderId: 'before' }, 'key-3'), { payment: { paymentId: before.payment.paymentId }, refusal: { code: 'order_already_paid' } })
  t.match(await w.process({ orderId: 'in it' }, 'key-4'), { payment: { status: 'failed' } })
  const { payment: paid } = await w.process({ orderId: 'in it' }, 'key-5')
  t.match(await w.process({ orderId: 'in it' }, 'key-6'), { payment: { paymentId: paid.paymentId }, refusal: { code: 'order_already_paid' } })
  const { payment: another } = await w.process({ orderId: 'in it', allowAnother: true }, 'key-7')
  t.equal(gateway.charges.length, 4)
  await comeBack()
  t.same(quarantined, [])
  const { items } = await inner.payments.listOfUser('ada', null, { before: null, limit: 10 })
  t.same(items.map(({ flags }) => flags), items.map(() => []), 'none is flagged')
  t.match(await inner.payments.find(another.paymentId), { status: 'succeeded' })
  t.match(await inner.payments.insert(payment('pay_9', { userId: 'ada', orderId: 'in it' })), { inserted: false, stored: { paymentId: paid.paymentId } })
})

t.test('a second charge of an order that the drain finds is stored all the same, and flagged with the first', async (t) => {
  const { w, inner, leave, comeBack, quarantined } = await paying(new ScriptedGateway().willCharge(success()))
  await leave()
  const { payment: second } = await w.process({ ...ORDER, provider: 'scripted' })
  const { stored: first } = await inner.payments.insert(payment('pay_1', { ...ORDER, userId: 'ada' }))
  await comeBack()
  t.same(quarantined, [])
  const stored = await inner.payments.find(second.paymentId)
  t.match(stored, { status: 'succeeded', capturedAmount: 10_000, flags: ['duplicate_order'], causes: [{ reference: first.paymentId, amount: 10_000 }] })
  t.same((await eventsOf(inner.outbox)).filter(({ subjectId }) => subjectId === second.paymentId).map(({ type }) => type), ['payment.created', 'payment.flagged', 'payment.succeeded'])
  t.match(await inner.payments.insert(payment('pay_9', { ...ORDER, userId: 'ada' })), { inserted: false, stored: { paymentId: 'pay_1' } })
})

t.test('in an outage too, signed and unsigned payments of one payer meet, and orders of two sellers with one id do not', async (t) => {
  const { inner, stores: { payments }, leave, comeBack, quarantined } = await outageWorld()
  const signed = { ...ORDER, orderSigned: true, provider: 'scripted' }
  await payments.insert(payment('pay_1', signed))
  await payments.insert(payment('pay_7', { orderId: 'order_7', provider: 'scripted' }))
  t.match(await payments.insert(payment('pay_8', { ...signed, orderId: 'order_7' })), { inserted: false, stored: { paymentId: 'pay_7' } })
  await leave()
  t.match(await payments.insert(payment('pay_8', { ...signed, orderId: 'order_7' })), { inserted: false, stored: { paymentId: 'pay_7' } }, 'refused before')
  t.match(await payments.insert(payment('pay_8', { ...signed, orderId: 'order_7', userId: 'can' })), { inserted: true }, 'an unsigned payment holds no order of the seller')
  t.match(await payments.insert(payment('pay_2', { ...ORDER, provider: 'scripted' })), { inserted: false, stored: { paymentId: 'pay_1' } }, 'stored before')
  t.match(await payments.insert(payment('pay_3', { ...signed, sellerId: 'can' })), { inserted: false, stored: { paymentId: 'pay_1' } })
  t.match(await payments.insert(payment('pay_3', { ...signed, sellerId: 'can' }), { replaces: ['pay_1'] }), { inserted: true })
  t.match(await payments.insert(payment('pay_4', { orderId: 'order_2', provider: 'scripted' })), { inserted: true })
  t.match(await payments.insert(payment('pay_5', { ...signed, orderId: 'order_2' })), { inserted: false, stored: { paymentId: 'pay_4' } }, 'journaled')
  t.match(await payments.insert(payment('pay_6', { ...signed, orderId: 'order_2', userId: 'can' })), { inserted: true }, 'another payer')
  await comeBack()
  t.same(quarantined, [])
  t.same((await inner.payments.find('pay_3'))?.flags, [])
  t.match(await inner.payments.insert(payment('pay_9', { ...signed, sellerId: 'can' })), { inserted: false, stored: { paymentId: 'pay_3' } })
})

t.test('the drain keeps orders of two sellers with one id apart, and flags a signed payment of an order that was paid unsigned meanwhile', async (t) => {
  const { inner, stores: { payments }, leave, comeBack } = await outageWorld()
  const signed = { orderSigned: true, provider: 'scripted' }
  await leave()
  await payments.insert(payment('pay_1', { ...signed, orderId: 'two sellers' }))
  await payments.insert(payment('pay_2', { ...signed, orderId: 'one order' }))
  await payments.insert(payment('pay_5', { ...signed, orderId: 'freed by two' }))
  await inner.payments.insert(payment('pay_3', { orderSigned: true, orderId: 'two sellers', sellerId: 'can' }))
  await inner.payments.insert(payment('pay_4', { orderId: 'one order' }))
  await inner.payments.insert(payment('pay_6', { orderSigned: true, orderId: 'freed by two', userId: 'can' }))
  await inner.payments.insert(payment('pay_7', { orderId: 'freed by two' }))
  for (const paymentId of ['pay_6', 'pay_7']) await inner.payments.update(paymentId, (one) => settle(one, failed, at(1)))
  await comeBack()
  t.same((await inner.payments.find('pay_1'))?.flags, [])
  t.same((await inner.payments.find('pay_5'))?.flags, [], 'both of its claims were freed')
  t.match(await inner.payments.find('pay_2'), { flags: ['duplicate_order'], causes: [{ reference: 'pay_4' }] })
})

t.test('a payment that failed in an outage is not flagged, and one whose order was freed meanwhile takes it', async (t) => {
  const { w, inner, leave, comeBack } = await paying(new ScriptedGateway().willCharge(decline, success('ref-2')))
  await leave()
  const { payment: declined } = await w.process({ orderId: 'held' })
  const { payment: paid } = await w.process({ orderId: 'freed' }, 'key-2')
  await inner.payments.insert(payment('pay_1', { orderId: 'held', userId: 'ada' }))
  await inner.payments.insert(payment('pay_2', { orderId: 'freed', userId: 'ada' }))
  await inner.payments.update('pay_2', (before) => settle(before, failed, at(1)))
  await comeBack()
  t.match(await inner.payments.find(declined.paymentId), { status: 'failed', flags: [] })
  t.match(await inner.payments.find(paid.paymentId), { status: 'succeeded', flags: [] })
  t.match(await inner.payments.insert(payment('pay_9', { orderId: 'freed', userId: 'ada' })), { inserted: false, stored: { paymentId: paid.paymentId } })
})

t.test('what is drained frees the order on the node, once the store has it', async (t) => {
  const { w, leave, comeBack, gateway } = await paying(new ScriptedGateway().willCharge(decline, success('ref-2')))
  await leave()
  await w.process(ORDER)
  await comeBack()
  t.match(await w.process(ORDER, 'key-2'), { payment: { status: 'succeeded' }, refusal: null })
  t.match(await w.process(ORDER, 'key-3'), { refusal: { code: 'order_already_paid' } })
  t.equal(gateway.charges.length, 2)
})

t.test('memory mode finds its claims again after a restart, and flags nothing', async (t) => {
  const disk = new BadDisk()
  const { clock } = settableClock()
  const open = async () => await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), () => {})
  const before = await open()
  await before.payments.insert(payment('pay_1', ORDER))
  await before.payments.update('pay_1', (one) => settle(one, failed, at(1)))
  await before.payments.insert(payment('pay_2', ORDER), { replaces: 'pay_1' })
  await before.payments.insert(payment('pay_3', ORDER), { isAnother: true })
  const { items } = await before.payments.listOfUser('ayse', null, { before: null, limit: 10 })
  await before.close()
  const after = await open()
  t.same((await after.payments.listOfUser('ayse', null, { before: null, limit: 10 })).items, items)
  t.match(await after.payments.insert(payment('pay_4', ORDER)), { inserted: false, stored: { paymentId: 'pay_2' } })
  await after.close()
})

t.test('a journal from before claims is applied as it is: payments of one order are all there, and none is flagged', async (t) => {
  const disk = new BadDisk()
  const { clock } = settableClock()
  const journal = await Journal.open({ codec: WRITE_CODEC, disk, clock })
  for (const paymentId of ['pay_1', 'pay_2']) await journal.append({ kind: 'intent', decision: payment(paymentId, ORDER) })
  await journal.close()
  const { payments } = await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), () => {})
  t.match(await payments.find('pay_2'), { flags: [], version: 1 })
  t.match(await payments.insert(payment('pay_4', ORDER)), { inserted: false, stored: { paymentId: 'pay_1' } })
})
