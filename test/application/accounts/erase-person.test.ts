import t from 'tap'
import type { PersonalRecord } from '#application/accounts/export-person.js'
import { newSession } from '#domain/accounts/session.js'
import { movedUser, newUser } from '#domain/accounts/user.js'
import { newNotification } from '#domain/notifications/notification.js'
import { DAY_MS } from '#domain/time.js'
import { admin, aCapturedPayment, START } from '../../support/builders.js'
import { message } from '../../contracts/fixtures.js'

import { EMAIL, found, NAMED, PREFERENCES, shop } from '../../support/erasing.js'

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
  t.same(await w.notificationPreferences.find(userId), { ...PREFERENCES, contact: null, senderAddress: null })
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

t.test('what is under former addresses is cleared too, unless another person has them now', async (t) => {
  const w = await shop()
  const former = ['first@example.com', 'second@example.com', 'third@example.com']
  for (const [index, email] of former.entries()) {
    await w.users.update((await w.users.find('ada'))?.email ?? '', (user) => movedUser(user, former[index] ?? '', START))
    const { payment } = await w.addStreamer({ email, minutes: 60, amount: 500, currency: 'TRY', note: null, key: email })
    if (payment !== null) await w.index(payment)
    const id = w.identity.derived('adr', [email])
    await w.notifications.insert(newNotification({ notificationId: `ntf_${email}`, userId: id, kind: 'email_verification', subjectId: id, sealed: { to: email, locale: 'tr', link: null }, createdAt: START }))
  }
  t.same((await w.users.find('ada'))?.formerEmails, [EMAIL, 'first@example.com', 'second@example.com'])
  await w.users.insert({ ...newUser({ email: 'second@example.com', name: 'Bora', locale: 'tr', passwordHash: 'hash' }, 'bora', START) })
  await w.erase({ caller: admin, userId: 'ada' })
  t.same((await w.users.find('ada'))?.formerEmails, [])
  w.advance(1000)
  const registering = newNotification({ notificationId: 'ntf_new', userId: w.identity.derived('adr', ['first@example.com']), kind: 'email_verification', subjectId: 'x', sealed: { to: 'first@example.com', locale: 'tr', link: null }, createdAt: w.clock() })
  await w.notifications.insert(registering)
  await w.settle()
  for (const email of former) {
    const id = w.identity.derived('str', [email])
    const left = email === 'second@example.com' ? email : ''
    t.match(await w.streamers.find(id), { email: left })
    t.match((await w.payments.listOfUser(id, null, { before: null, limit: 5 })).items, [{ buyerEmail: left === '' ? null : left }])
    t.equal(await found(w, email), left === '' ? 0 : 1)
    t.equal((await w.notifications.find(`ntf_${email}`))?.sealed?.to, left === '' ? undefined : left)
  }
  t.same(await w.notifications.find('ntf_new'), registering, 'who registers with the address again gets the link')
})

t.test('an administrator names an address that this service need not know', async (t) => {
  const w = await shop({ knowsUsers: false })
  const { streamer } = await w.addStreamer({ email: EMAIL, minutes: 60, amount: 500, currency: 'TRY', note: null, key: 'key-1' })
  await w.pay(aCapturedPayment({ ...NAMED, buyerEmail: 'stranger@example.com', userId: 'sub|7' }))
  const { streamer: strangers } = await w.addStreamer({ email: 'stranger@example.com', minutes: 60, amount: null, currency: null, note: null, key: 'key-2' })
  await w.erase({ caller: admin, userId: 'sub|7' })
  await w.settle()
  t.match(await w.streamers.find(streamer.streamerId), { email: EMAIL })
  await w.erase({ caller: admin, userId: 'sub|7' }, 'Ada@Example.com')
  await w.settle()
  t.match(await w.streamers.find(streamer.streamerId), { email: '' }, 'also while another erasure waits for its second pass')
  t.match((await w.payments.listOfUser(streamer.streamerId, null, { before: null, limit: 5 })).items, [{ buyerEmail: null }])
  t.match(await w.streamers.find(strangers.streamerId), { email: 'stranger@example.com' }, 'what a payment names may belong to another person')
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
  const records = async (id: string, verifiedEmail = 'none@example.com'): Promise<PersonalRecord[]> => {
    const all: PersonalRecord[] = []
    for await (const page of w.exportPerson({ userId: id, admin: false, verifiedEmail })) all.push(...page)
    return all
  }
  for (let index = 0; index < 250; index++) await w.messages.insert(message(`m${index}`, { senderId: userId }))
  await w.pay(aCapturedPayment({ userId }))
  await w.addStreamer({ email: EMAIL, minutes: 60, amount: 500, currency: 'TRY', note: null, key: 'key-1' })
  await w.addStreamer({ email: 'stranger@example.com', minutes: 60, amount: 500, currency: 'TRY', note: null, key: 'key-2' })
  await w.conversations.setBlocked(userId, 'mehmet', true)
  await w.conversations.setBlocked(userId, 'ceren', true)
  const mailbox = w.identity.derived('adr', [EMAIL])
  await w.notifications.insert(newNotification({ notificationId: 'ntf_1', userId: mailbox, kind: 'email_verification', subjectId: mailbox, createdAt: START }))
  await w.notificationPreferences.update(userId, () => PREFERENCES)
  const counted = async (...person: Parameters<typeof records>) => {
    const counts = new Map<string, number>()
    for (const { type } of await records(...person)) counts.set(type, (counts.get(type) ?? 0) + 1)
    return Object.fromEntries(counts)
  }
  // The conversation with mehmet has messages, the one with ceren none.
  const ofTheId = { account: 1, preferences: 1, conversation: 2, message: 250 }
  t.same(await counted(userId, 'Ada@Example.com'), { ...ofTheId, streamer: 1, notification: 1, payment: 2, ledger_entry: 1 })
  t.same(await counted(userId), { ...ofTheId, payment: 1 }, 'what is under an address needs its verified owner')
  t.same(await counted('sub|7', EMAIL), { streamer: 1, notification: 1, payment: 1, ledger_entry: 1 }, 'also where another service knows the users')
  await w.erase({ caller: admin, userId })
  await w.settle()
  t.same(await counted('sub|8', EMAIL), { notification: 1 }, 'minutes of a deleted person belong to no one')
  t.same(await records('none'), [])
})
