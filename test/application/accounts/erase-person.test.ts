import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeCarryOutErasures } from '#application/accounts/carry-out-erasures.js'
import { makeErasePerson } from '#application/accounts/erase-person.js'
import { makeExportPerson, type PersonalRecord } from '#application/accounts/export-person.js'
import { makeReadBilling } from '#application/payments/read-billing.js'
import { makeAddStreamer } from '#application/streamers/add-streamer.js'
import { newSession } from '#domain/accounts/session.js'
import { newUser } from '#domain/accounts/user.js'
import { orderTerms } from '#domain/payments/order-search.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import { newNotification } from '#domain/notifications/notification.js'
import type { Payment } from '#domain/payments/payment.js'
import { DAY_MS } from '#domain/time.js'
import { admin, aCapturedPayment, aPayment, countingIdentity, settableClock, START } from '../../support/builders.js'
import { message } from '../../contracts/fixtures.js'

const EMAIL = 'ada@example.com'
const ADDRESS = { contactName: 'Ada Yılmaz', address: 'Gül Sokak 7', city: 'İzmir', country: 'TR' }
const NAMED = { buyerEmail: EMAIL, shippingAddress: ADDRESS }
const PREFERENCES = { ...defaultPreferences('Europe/Istanbul'), contact: { email: EMAIL, phone: '+905321234567' } }

/** A shop with a person who has everything that a person can have. */
async function shop ({ knowsUsers = true, retainBillingYears = 10 } = {}) {
  const stores = memoryStores()
  const time = settableClock()
  const identity = countingIdentity()
  const ports = { ...stores, clock: time.clock, identity, knowsUsers, retainBillingYears }
  const carryOut = makeCarryOutErasures(ports)
  const user = { ...newUser({ email: EMAIL, name: 'Ada Yılmaz', locale: 'tr', passwordHash: 'hash' }, 'ada', START), emailVerified: true, phone: '+905321234567' }
  if (knowsUsers) await stores.users.insert(user)
  const pay = async (payment: Payment): Promise<void> => {
    await stores.payments.insert({ payment, events: [] })
    const lease = await stores.outbox.claim(0, { owner: 'test', now: START, until: START })
    const { paymentId, userId, createdAt } = payment
    await stores.outbox.complete(lease, [], orderTerms(payment).map((term) => ({ kind: 'term', term, paymentId, userId, createdAt } as const)))
  }
  return {
    ...stores,
    ...time,
    pay,
    identity,
    user,
    erase: makeErasePerson(ports),
    exportPerson: makeExportPerson(ports),
    readBilling: makeReadBilling(ports),
    addStreamer: makeAddStreamer({ ...stores, identity, clock: time.clock }),
    carryOut,
    /** Carries out everything that is due. Returns the number of pieces. */
    settle: async (): Promise<number> => {
      let pieces = 0
      while (await carryOut()) pieces++
      return pieces
    },
  }
}

const found = async ({ orderIndex }: Awaited<ReturnType<typeof shop>>) =>
  (await orderIndex.candidates({ terms: [`=${EMAIL}`], userId: null, range: { low: null, high: null }, limit: 10 })).items.length

t.test('an erasure leaves an id that leads to no person', async (t) => {
  const w = await shop()
  const { userId } = w.user
  await w.pay(aCapturedPayment({ ...NAMED, paymentId: 'pay_1', userId, description: 'Blue scarf' }))
  await w.pay(aCapturedPayment({ ...NAMED, paymentId: 'pay_2', userId: 'ceren' }))
  await w.sessions.insert(newSession(w.user, { sessionId: 'ses_1', familyDigest: 'family', tokenDigest: 'token', device: 'Firefox' }, START))
  await w.notifications.insert(newNotification({ notificationId: 'ntf_1', userId, kind: 'password_reset', subjectId: userId, sealed: { to: EMAIL, locale: 'tr', link: 'https://shop.example/reset' }, createdAt: START }))
  await w.notifications.insert({ ...newNotification({ notificationId: 'ntf_2', userId, kind: 'payment_succeeded', subjectId: 'pay_1', createdAt: START }), state: 'sent' })
  await w.notificationPreferences.update(userId, () => PREFERENCES)
  const { streamer } = await w.addStreamer({ email: EMAIL, minutes: 60, amount: 5_000, currency: 'TRY', note: null, key: 'key-1' })
  await w.messages.insert(message('m1', { senderId: userId }))
  t.equal(await found(w), 2)

  await w.erase({ caller: admin, userId })
  t.match(await w.users.find(userId), { status: 'deleted', name: '', phone: null, email: 'deleted#ada' }, 'at once')
  await w.settle()

  const payment = await w.payments.find('pay_1')
  t.match(payment, { buyerEmail: null, shippingAddress: null, amount: 10_000, description: 'Blue scarf' })
  t.match(await w.payments.find('pay_2'), NAMED, 'the payment of another person')
  t.equal(await found(w), 1)
  t.equal((await w.orderIndex.candidates({ terms: ['~scarf'], userId, range: { low: null, high: null }, limit: 10 })).items.length, 1, 'other words stay')
  t.same(await w.readBilling('pay_1'), { paymentId: 'pay_1', ...NAMED, keptUntil: '2037-01-01T00:00:00.000Z' })
  t.equal(await w.sessions.find('ses_1'), null)
  t.match(await w.notifications.find('ntf_1'), { state: 'suppressed', sealed: null })
  t.match(await w.notifications.find('ntf_2'), { state: 'sent' })
  t.same(await w.notificationPreferences.find(userId), { ...PREFERENCES, contact: null })
  t.match(await w.streamers.find(streamer.streamerId), { email: '', minutesPurchased: 60 })
  t.match((await w.payments.listOfUser(streamer.streamerId, null, { before: null, limit: 5 })).items, [{ buyerEmail: null, capturedAmount: 5_000 }], 'what they paid for minutes')
  t.match(await w.addStreamer({ email: EMAIL, minutes: 5, amount: null, currency: null, note: null, key: 'key-2' }), { streamer: { email: EMAIL, minutesPurchased: 65 } }, 'who is back is known again')
  await w.users.insert({ ...w.user, userId: 'ada again' })
  t.match(await w.messages.find('m1'), { senderId: userId }, 'messages stay')
  const version = payment?.version
  w.advance(DAY_MS)
  t.ok(await w.settle() > 0, 'once more a day later')
  t.equal((await w.payments.find('pay_1'))?.version, version, 'which changes nothing that is done')
  t.match(await w.streamers.find(streamer.streamerId), { email: EMAIL }, 'nor anything of a person who is back')
  w.advance(DAY_MS)
  t.equal(await w.settle(), 0)
})

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

t.test('a step of many rows goes on page by page, and another process goes on where one died', async (t) => {
  const w = await shop()
  for (let index = 0; index < 120; index++) await w.pay(aCapturedPayment({ ...NAMED, paymentId: `pay_${index}`, orderId: `order-${index}`, userId: 'ada' }))
  await w.erase({ caller: admin, userId: 'ada' })
  for (let piece = 0; piece < 3; piece++) await w.carryOut()
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
  const late = makeCarryOutErasures({ ...w, retainBillingYears: 10, erasures: { ...w.erasures, due: async () => found, replace: w.erasures.replace.bind(w.erasures) } })
  await w.carryOut()
  const [before] = await w.erasures.due(w.clock(), 10)
  await late()
  t.same(await w.erasures.due(w.clock(), 10), [before])
})

t.test('what a crash leaves of an account, the erasure deletes', async (t) => {
  const w = await shop()
  await w.erasures.insert({ userId: 'ada', email: EMAIL, requestedAt: START, pass: 1, step: 'account', cursor: null, dueAt: START, version: 1 })
  await w.settle()
  t.match(await w.users.find('ada'), { status: 'deleted' })
})

t.test('an administrator deletes whom this service knows, and clears whom another one knows', async (t) => {
  const w = await shop()
  await t.rejects(w.erase({ caller: { ...admin, userId: 'ada' }, userId: 'ada' }), { code: 'own_account' })
  await t.rejects(w.erase({ caller: admin, userId: 'none' }), { code: 'not_found' })
  await w.erase({ caller: admin, userId: 'ada' })
  await w.settle()
  w.advance(DAY_MS)
  await w.settle()
  await w.pay(aCapturedPayment({ ...NAMED, userId: 'ada' }))
  await w.erase({ caller: admin, userId: 'ada' })
  await w.settle()
  t.match(await w.payments.find('pay_1'), { buyerEmail: null }, 'a person who was deleted before is cleared once more')

  const other = await shop({ knowsUsers: false })
  await other.pay(aCapturedPayment({ ...NAMED, userId: 'sub|7' }))
  await other.erase({ caller: admin, userId: 'sub|7' })
  await other.settle()
  t.match(await other.payments.find('pay_1'), { buyerEmail: null })
})

t.test('a billing record ends with its years', async (t) => {
  const w = await shop()
  await w.billing.keep({ paymentId: 'pay_1', ...NAMED, keptUntil: START })
  await t.rejects(w.readBilling('pay_1'), { code: 'not_found' })
})

t.test('a person takes along everything that is stored of them', async (t) => {
  const w = await shop()
  const { userId } = w.user
  const records = async (id: string): Promise<PersonalRecord[]> => {
    const all: PersonalRecord[] = []
    for await (const page of w.exportPerson(id)) all.push(...page)
    return all
  }
  for (let index = 0; index < 250; index++) await w.messages.insert(message(`m${index}`, { senderId: userId }))
  await w.pay(aCapturedPayment({ userId }))
  await w.addStreamer({ email: EMAIL, minutes: 60, amount: null, currency: null, note: null, key: 'key-1' })
  await w.notificationPreferences.update(userId, () => PREFERENCES)
  const counts = new Map<string, number>()
  for (const { type } of await records(userId)) counts.set(type, (counts.get(type) ?? 0) + 1)
  t.same(Object.fromEntries(counts), { account: 1, preferences: 1, streamer: 1, conversation: 1, message: 250, payment: 1, ledger_entry: 1 })
  t.same(await records('none'), [])
})
