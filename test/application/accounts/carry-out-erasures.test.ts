import t from 'tap'
import { makeCarryOutErasures } from '#application/accounts/carry-out-erasures.js'
import { newErasure } from '#domain/accounts/erasure.js'
import { newNotification } from '#domain/notifications/notification.js'
import { DAY_MS, MINUTE_MS } from '#domain/time.js'
import { admin, aCapturedPayment, aPayment, START } from '../../support/builders.js'

import { EMAIL, found, NAMED, shop } from '../../support/erasing.js'

t.test('an open payment keeps its payer until the second pass, because its provider may have to be asked again', async (t) => {
  const w = await shop({ retainBillingYears: 0 })
  await w.pay(aPayment({ ...NAMED, paymentId: 'pay_open', userId: 'ada' }))
  await w.erase({ caller: admin, userId: 'ada' })
  await w.settle()
  t.match(await w.payments.find('pay_open'), NAMED)
  w.advance(DAY_MS)
  await w.settle()
  t.match(await w.payments.find('pay_open'), { buyerEmail: null, shippingAddress: null })
  await t.rejects(w.readBilling('pay_open'), { code: 'not_found' }, 'nothing is to be kept')
})

t.test('a term that a dispatcher writes late finds no order of a deleted person once the last pass is over', async (t) => {
  const w = await shop()
  const [done, open] = [aCapturedPayment({ ...NAMED, buyerEmail: 'Other@Example.com', paymentId: 'pay_1', userId: 'ada' }), aPayment({ ...NAMED, paymentId: 'pay_2', orderId: 'order-2', userId: 'ada' })]
  await w.pay(done)
  await w.pay(open)
  await w.erase({ caller: admin, userId: 'ada' })
  await w.settle()
  await w.index(done)
  t.equal(await found(w, 'other@example.com'), 1)
  w.advance(DAY_MS)
  await w.settle()
  t.equal(await found(w, 'other@example.com'), 0)
  await w.index(open)
  t.equal(await found(w), 1)
  w.advance(15 * MINUTE_MS)
  t.ok(await w.settle() > 0, 'a pass that has cleared something is followed by another')
  t.equal(await found(w), 0)
  w.advance(DAY_MS)
  t.equal(await w.settle(), 0)
})

t.test('a row that cannot be cleared keeps no other from it, and is tried again', async (t) => {
  const w = await shop()
  for (const paymentId of ['pay_1', 'pay_2', 'pay_3']) await w.pay(aCapturedPayment({ ...NAMED, paymentId, orderId: paymentId, userId: 'ada' }))
  await w.notifications.insert(newNotification({ notificationId: 'ntf_1', userId: 'ada', kind: 'password_reset', subjectId: 'ada', sealed: { to: EMAIL, locale: 'tr', link: null }, createdAt: START }))
  const real = w.payments.update.bind(w.payments)
  w.payments.update = async (paymentId, ...rest) => {
    if (paymentId === 'pay_2') throw new Error('the row is broken')
    return await real(paymentId, ...rest)
  }
  const listSessions = w.sessions.listOfUser.bind(w.sessions)
  w.sessions.listOfUser = async () => { throw new Error('the list is broken') }
  const named = async () => (await w.payments.listOfUser('ada', null, { before: null, limit: 9 })).items.filter(({ buyerEmail }) => buyerEmail !== null).map(({ paymentId }) => paymentId)
  await w.erase({ caller: admin, userId: 'ada' })
  await w.settle()
  t.same(await named(), ['pay_2'])
  t.match(await w.notifications.find('ntf_1'), { state: 'suppressed' }, 'later steps too')
  t.same(w.failures.filter((one) => one.startsWith('ada')), ['ada sessions', 'ada payments'])
  w.sessions.listOfUser = listSessions
  w.advance(15 * MINUTE_MS)
  await w.settle()
  t.same(w.failures.filter((one) => one === 'ada payments').length, 2, 'tried again')
  w.advance(DAY_MS)
  await w.settle()
  w.advance(15 * MINUTE_MS)
  w.payments.update = real
  await w.settle()
  t.same(await named(), [], 'also after the second pass')
  w.advance(15 * MINUTE_MS)
  await w.settle()
  w.advance(DAY_MS)
  t.equal(await w.settle(), 0)
})

t.test('a row that changes at the same moment is cleared by another pass', async (t) => {
  const w = await shop()
  const { streamer } = await w.addStreamer({ email: EMAIL, minutes: 60, amount: null, currency: null, note: null, key: 'key-1' })
  const real = w.streamers.replace.bind(w.streamers)
  w.streamers.replace = async () => false
  await w.erase({ caller: admin, userId: 'ada' })
  await w.settle()
  t.match(await w.streamers.find(streamer.streamerId), { email: EMAIL })
  w.streamers.replace = real
  w.advance(15 * MINUTE_MS)
  await w.settle()
  t.match(await w.streamers.find(streamer.streamerId), { email: '' })
})

t.test('a step of many rows goes on page by page, and another process goes on where one died', async (t) => {
  const w = await shop()
  for (let index = 0; index < 120; index++) await w.pay(aCapturedPayment({ ...NAMED, paymentId: `pay_${index}`, orderId: `order-${index}`, userId: 'ada' }))
  await w.erasures.insert(newErasure('ada', [], START))
  for (let piece = 0; piece < 4; piece++) await w.carryOut()
  const left = async () => (await w.payments.listOfUser('ada', null, { before: null, limit: 200 })).items.filter(({ buyerEmail }) => buyerEmail !== null).length
  t.equal(await left(), 70)
  const [erasure] = await w.erasures.due(w.clock(), 1)
  if (erasure === undefined) throw new Error('there is an erasure')
  await w.erasures.replace({ ...erasure, dueAt: new Date(Date.parse(w.clock()) + 300_000).toISOString(), version: erasure.version + 1 })
  t.equal(await w.settle(), 0, 'another process holds it')
  w.advance(300_000)
  await w.settle()
  t.equal(await left(), 0)
})

t.test('two processes that find the same erasure do its piece once', async (t) => {
  const w = await shop()
  await w.erase({ caller: admin, userId: 'ada' })
  const found = await w.erasures.due(w.clock(), 10)
  const late = makeCarryOutErasures({ ...w, retainBillingYears: 10, secondPassMs: DAY_MS, erasures: { ...w.erasures, due: async () => found, replace: w.erasures.replace.bind(w.erasures) } })
  await w.carryOut()
  const [before] = await w.erasures.due(w.clock(), 10)
  await late()
  t.same(await w.erasures.due(w.clock(), 10), [before])
})

t.test('what a crash leaves of an account, the erasure deletes', async (t) => {
  const w = await shop()
  await w.erasures.insert(newErasure('ada', [EMAIL], START))
  await w.settle()
  t.match(await w.users.find('ada'), { status: 'deleted' })
})
