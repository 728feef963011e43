import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { carryOut, WRITE_CODEC, type JournaledWrite } from '#adapters/durability/writes/journaled-write.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { identity } from '#adapters/system/system.js'
import { makeNotify } from '#application/outbox/effects/notify.js'
import type { Stores } from '#application/ports/stores.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import { heldUntil } from '#domain/notifications/notification.js'
import { settle } from '#domain/payments/settlement.js'
import { heldErasure, newErasure } from '#domain/accounts/erasure.js'
import { withoutAddress } from '#domain/streamers/streamer.js'
import { rotated } from '#domain/accounts/session.js'
import { changedUser, tombstone } from '#domain/accounts/user.js'
import { apiKey } from '../../contracts/api-key-store.contract.js'
import { entry } from '../../contracts/audit-store.contract.js'
import { at, payment } from '../../contracts/fixtures.js'
import { report, resolved } from '../../contracts/message-report-store.contract.js'
import { notification, sentAt } from '../../contracts/notification-store.contract.js'
import { session } from '../../contracts/session-store.contract.js'
import { put } from '../../contracts/streamer-store.contract.js'
import { user } from '../../contracts/user-store.contract.js'
import { BadDisk } from '../../support/bad-disk.js'
import { settableClock } from '../../support/builders.js'
import { dispatcherOf } from '../../support/dispatching.js'
import { outageWorld } from '../../support/outages.js'

const { clock } = settableClock()
const effects = [makeNotify({ identity, timeZone: 'Europe/Istanbul', shipWithinDays: 3 })]
const BILLING = { paymentId: 'pay_1', buyerEmail: 'ada@example.com', shippingAddress: null, keptUntil: '2137-01-01T00:00:00.000Z' }
const PAGE = { before: null, limit: 10 }

async function open (disk: BadDisk): Promise<Stores> {
  return await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), () => {})
}

/** Calls each method that records a write; mehmet takes the address that ada has left. */
async function fill ({ users, sessions, audit, notifications, notificationPreferences, erasures, apiKeys, billing, streamers, messageReports }: Stores): Promise<void> {
  await users.insert(user('ada'))
  await users.insert(user('ada', 0, 'usr_late'))
  const suspend = async () => await users.update('ada@example.com', (before) => before.status === 'suspended' ? before : changedUser(before, { status: 'suspended' }, at(1)), () => entry('aud_1', 1))
  await suspend()
  await suspend()
  await users.update('ada@example.com', (before) => tombstone(before, at(2)))
  await users.insert(user('ada', 3, 'usr_mehmet'))
  for (const id of ['ses_1', 'ses_2']) await sessions.insert(session(id))
  const next = rotated(session('ses_1'), 'second', at(1))
  await sessions.replace(session('ses_1'), next)
  await sessions.replace(session('ses_1'), rotated(session('ses_1'), 'third', at(1)))
  await sessions.remove('ses_2')
  await audit.insert(entry('aud_2', 2))
  await notificationPreferences.update('ayse', () => defaultPreferences('Europe/Istanbul'))
  const fresh = notification('ntf_1')
  await notifications.insert(fresh)
  await notifications.insert(fresh)
  await notifications.replace(heldUntil(fresh, at(5)))
  await notifications.replace(heldUntil(fresh, at(6)))
  const second = notification('ntf_2')
  await notifications.insert(second)
  await notifications.replaceAll([heldUntil(fresh, at(7)), heldUntil(second, at(8))])
  for (const id of ['usr_ada', 'usr_gone']) {
    const erasure = newErasure(id, [], at(2))
    const held = heldErasure(erasure, at(3))
    await erasures.insert(erasure)
    await erasures.insert(erasure)
    await erasures.replace(held)
    await erasures.replace(held)
    if (id === 'usr_gone') await erasures.remove(held)
  }
  for (const keyId of ['akey_1', 'akey_2']) await apiKeys.insert(apiKey(keyId))
  await apiKeys.noteUse('akey_1', at(3600))
  for (const keyId of ['akey_2', 'akey_2']) await apiKeys.remove(keyId)
  for (const messageId of ['msg_1', 'msg_1', 'msg_2']) await messageReports.insert(report(messageId))
  for (const by of [1, 2]) await messageReports.replace(resolved(report('msg_2'), by))
  await billing.keep(BILLING)
  await put(streamers, 'led_1')
  const streamer = await streamers.find('str_1')
  if (streamer === null) throw new Error('there is a streamer')
  await streamers.replace(withoutAddress(streamer, at(4)))
  await streamers.replace(withoutAddress(streamer, at(5)))
  await put(streamers, 'led_2')
}

async function all ({ users, sessions, audit, notifications, notificationPreferences, erasures, apiKeys, billing, streamers, messageReports }: Stores) {
  return {
    erasures: await erasures.due(at(9999), 10),
    keys: (await apiKeys.list()).map(({ keyId }) => keyId),
    billing: await billing.find('pay_1'),
    reports: [await messageReports.find('msg_1'), await messageReports.find('msg_2')],
    streamer: await streamers.find('str_1'),
    users: (await users.list(PAGE)).items,
    owner: (await users.findByEmail('ada@example.com'))?.userId,
    sessions: [await sessions.find('ses_1'), await sessions.find('ses_2')],
    audit: (await audit.list(PAGE)).items.map(({ auditId }) => auditId),
    preferences: await notificationPreferences.find('ayse'),
    notifications: (await notifications.listOfUser('ayse', PAGE)).items,
  }
}

t.test('a restart keeps accounts, sessions, preferences and notifications', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  await fill(before)
  const left = await all(before)
  t.match(left, {
    users: [{ userId: 'usr_mehmet' }, { userId: 'usr_ada', status: 'deleted', version: 3 }],
    owner: 'usr_mehmet',
    sessions: [{ tokenDigest: 'second' }, null],
    audit: ['aud_2', 'aud_1'],
    notifications: [{ version: 2, dueAt: at(8) }, { version: 2, dueAt: at(5) }],
    erasures: [{ userId: 'usr_ada', version: 2 }],
    keys: ['akey_1'],
    billing: BILLING,
    reports: [{ state: 'open', version: 1 }, { state: 'resolved', version: 2, resolution: { at: at(1) } }],
    streamer: { email: '', minutesPurchased: 120, version: 3 },
  })
  disk.crash()
  t.same(await all(await open(disk)), left)
})

t.test('the first start with a store drains accounts and notifications, and a second drain changes nothing', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  await fill(before)
  const left = await all(before)
  const written = structuredClone(disk.only)
  const first = await outageWorld({ disk })
  const { users, sessions, notifications } = first.stores
  await t.rejects(users.findByEmail('ada@example.com'), { code: 'store_unavailable' }, 'accounts are not guessed')
  await t.rejects(sessions.find('ses_1'), { code: 'store_unavailable' })
  await t.rejects(first.stores.apiKeys.list(), { code: 'store_unavailable' }, 'nor are keys')
  await t.rejects(notifications.due(0, at(9), 1), { code: 'store_unavailable' }, 'whether a notification was sent is not guessed')
  await first.comeBack()
  t.same(await all(first.inner), left)
  t.same(await notifications.due(0, at(0), 1), [])

  const again = new BadDisk()
  again.files.set('journal-000000000001.log', { bytes: Buffer.from(written.bytes), synced: written.bytes.length })
  const second = await outageWorld({ inner: first.inner, disk: again })
  await second.comeBack()
  t.same(await all(first.inner), left)
  t.same(second.quarantine.list(), [])
})

t.test('a notification that was sent is not sent again when a restart repeats its event', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  await before.payments.insert(payment('pay_1'))
  await before.payments.update('pay_1', (current) => settle(current, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)))
  await dispatcherOf(before, { effects }).run()
  const [told, ...others] = (await before.notifications.listOfUser('ayse', PAGE)).items
  t.match(told, { kind: 'payment_succeeded', state: 'waiting' })
  t.same(others, [])
  if (told !== undefined) await before.notifications.replace(sentAt(told, 2))
  const after = await open(disk)
  await dispatcherOf(after, { effects }).run()
  t.match((await after.notifications.listOfUser('ayse', PAGE)).items, [{ notificationId: told?.notificationId, state: 'sent' }])
})

t.test('an account that does not follow the state in the store goes into quarantine', async (t) => {
  const { inner } = await outageWorld()
  const ada = user('ada')
  const write = (changes: Partial<typeof ada>): JournaledWrite => ({ kind: 'account', email: ada.email, user: { ...ada, ...changes }, line: null })
  await t.rejects(carryOut(write({ version: 3 }), inner), { code: 'not_found' })
  await inner.users.insert(ada)
  await t.rejects(carryOut(write({ version: 3 }), inner), { name: 'Conflict', message: 'version 3 does not follow version 1' })
  await t.rejects(carryOut(write({ userId: 'usr_other' }), inner), { name: 'Conflict', message: 'the address is that of another account' })
  await t.rejects(carryOut(write({ userId: 'usr_other', version: 2 }), inner), { name: 'Conflict', message: 'the address is that of another account' })
  t.same(await inner.users.find(ada.userId), ada)
})

t.test('a line of the audit log that an earlier version journaled has no outcome that is known', async (t) => {
  const { inner } = await outageWorld()
  const { outcome, ...alone } = entry('aud_1', 1)
  const { outcome: other, ...withUser } = entry('aud_2', 2)
  const ada = user('ada')
  await inner.users.insert(ada)
  await carryOut({ kind: 'audit', entry: alone }, inner)
  await carryOut({ kind: 'account', email: ada.email, user: changedUser(ada, { status: 'suspended' }, at(2)), line: withUser }, inner)
  t.same((await inner.audit.list({ before: null, limit: 5 })).items, [{ ...withUser, outcome: null }, { ...alone, outcome: null }])
})

t.test('a streamer that does not follow the state in the store goes into quarantine', async (t) => {
  const { inner } = await outageWorld()
  const posted = await put(inner.streamers, 'led_1')
  if (!posted.inserted) throw new Error('the id was free')
  const next = withoutAddress(posted.streamer, at(1))
  await t.rejects(carryOut({ kind: 'streamer', streamer: { ...next, version: 3 } }, inner), { name: 'Conflict', message: 'versions of the streamer are missing' })
  await t.rejects(carryOut({ kind: 'streamer', streamer: { ...next, streamerId: 'str_none' } }, inner), { name: 'Conflict' })
  for (const again of [1, 2]) {
    await carryOut({ kind: 'streamer', streamer: next }, inner)
    t.match(await inner.streamers.find('str_1'), { email: '', version: 2 }, `time ${again}`)
  }
})
