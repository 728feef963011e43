import type { Test } from 'tap'
import { attempted, heldUntil, newNotification, suppressed, type Notification, type NotificationDraft } from '#domain/notifications/notification.js'
import { createdKey } from '#domain/time.js'
import { outboxShardOf } from '#application/ports/outbox-store.js'
import { NOTIFICATION_QUEUES, type NotificationStore } from '#application/ports/notification-stores.js'
import { at, open, pageCount, pages, payment, spoil, times, type MakePersistence } from './fixtures.js'

/** A notification to ayse of a payment, unless told otherwise. */
export function notification (notificationId: string, fields: Partial<NotificationDraft> = {}): Notification {
  return newNotification({ notificationId, userId: 'ayse', kind: 'payment_succeeded', subjectId: 'pay_1', amount: 100, currency: 'TRY', createdAt: at(0), ...fields })
}

const outcomes = (kind: 'sent' | 'permanent' | 'temporary') => new Map([['email', { kind, reason: 'why' }]] as const)
export const sentAt = (before: Notification, second = 1): Notification => attempted(before, outcomes('sent'), at(second), 0.5)
export const deadAt = (before: Notification, second = 1): Notification => attempted(before, outcomes('permanent'), at(second), 0.5)

export async function dueAt (notifications: NotificationStore, second: number, limit = 100): Promise<Notification[]> {
  const queues = Array.from({ length: NOTIFICATION_QUEUES }, async (_, queue) => await notifications.due(queue, at(second), limit))
  return (await Promise.all(queues)).flat()
}

const ids = (found: readonly Notification[]): string[] => found.map(({ notificationId }) => notificationId).sort()

export function notificationStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a notification is stored once for its id, and found as it was', async (t) => {
    const { notifications } = await open(t, makePersistence)
    const sealed = { to: 'ayse@example.com', locale: 'tr', link: 'https://shop.example/reset' } as const
    const full = notification('ntf_1', { kind: 'password_reset', sealed, validUntil: at(60), amount: null, currency: null })
    t.same(await notifications.insert(full), { inserted: true, stored: full })
    t.same(await notifications.insert(notification('ntf_1', { userId: 'mehmet' })), { inserted: false, stored: full })
    t.same(await notifications.find('ntf_1'), full)
    t.equal(await notifications.find('ntf_2'), null)
    t.same((await notifications.listOfUser('mehmet', { before: null, limit: 5 })).items, [])
  })

  t.test('due notifications are found in their queue, the longest due first, and no more than asked for', async (t) => {
    const { notifications } = await open(t, makePersistence)
    await times(12, async (index) => await notifications.insert(notification(`ntf_${index}`, { createdAt: at(0), dueAt: at(index) })))
    t.same(ids(await dueAt(notifications, 5)), ['ntf_0', 'ntf_1', 'ntf_2', 'ntf_3', 'ntf_4', 'ntf_5'])
    t.same(await dueAt(notifications, -1), [])
    for (let queue = 0; queue < NOTIFICATION_QUEUES; queue++) {
      const all = await notifications.due(queue, at(50), 100)
      t.same(all.map(({ dueAt }) => dueAt), all.map(({ dueAt }) => dueAt).toSorted())
      t.same(await notifications.due(queue, at(50), 2), all.slice(0, 2))
    }
  })

  t.test('dead notifications are counted, up to a number', async (t) => {
    const { notifications } = await open(t, makePersistence)
    const stored = await times(6, async (index) => (await notifications.insert(notification(`ntf_${index}`))).stored)
    t.equal(await notifications.countDead(10), 0)
    for (const one of stored.slice(0, 4)) t.ok(await notifications.replace(deadAt(one)))
    t.ok(await notifications.replace(sentAt(stored[5] ?? notification('ntf_5'))))
    t.same(await Promise.all([10, 4, 3].map(async (max) => await notifications.countDead(max))), [4, 4, 3])
  })

  t.test('of 20 replacements of one version, one succeeds', async (t) => {
    const { notifications } = await open(t, makePersistence)
    const { stored } = await notifications.insert(notification('ntf_1'))
    const results = await times(20, async (index) => await notifications.replace(heldUntil(stored, at(60 + index))))
    t.equal(results.filter((replaced) => replaced).length, 1)
    const winner = results.indexOf(true)
    t.same(await notifications.find('ntf_1'), heldUntil(stored, at(60 + winner)))
    t.equal(await notifications.replace(heldUntil(notification('ntf_2'), at(60))), false, 'of one that does not exist')
    t.equal(await notifications.find('ntf_2'), null)
  })

  t.test('of replacements together each ends as one alone: those that are overtaken stop no other', async (t) => {
    const { notifications } = await open(t, makePersistence)
    const stored = await times(12, async (index) => (await notifications.insert(notification(`ntf_${index}`))).stored)
    for (const one of stored.slice(3, 5)) t.ok(await notifications.replace(heldUntil(one, at(9))))
    const nexts = [...stored.map((one) => heldUntil(one, at(60))), heldUntil(notification('ntf_none'), at(60))]
    t.same(await notifications.replaceAll(nexts), nexts.map((_, index) => index !== 3 && index !== 4 && index !== 12))
    t.same(ids(await dueAt(notifications, 59)), ['ntf_3', 'ntf_4'])
    t.equal(await notifications.find('ntf_none'), null)
    t.same(await notifications.find('ntf_0'), nexts[0])
    t.same(await notifications.replaceAll(nexts), nexts.map(() => false), 'once')
    t.same([await notifications.replaceAll([]), await notifications.replaceAll(nexts.slice(3, 4))], [[], [false]])
    t.same(await notifications.replaceAll([heldUntil(nexts[0] ?? notification('ntf_0'), at(70))]), [true])
  })

  t.test('a holder that lost the lease cannot write any more', async (t) => {
    const { notifications } = await open(t, makePersistence)
    const { stored } = await notifications.insert(notification('ntf_1'))
    const held = heldUntil(stored, at(60))
    t.ok(await notifications.replace(held))
    t.same(await dueAt(notifications, 59), [])
    const [again] = await dueAt(notifications, 60)
    t.same(again, held)
    const next = heldUntil(held, at(120))
    t.ok(await notifications.replace(next))
    t.notOk(await notifications.replace(sentAt(held)))
    t.ok(await notifications.replace(sentAt(next)))
    t.match(await notifications.find('ntf_1'), { state: 'sent', version: 4 })
  })

  t.test('a sent or suppressed notification is due no more, nor is a dead one, which is listed until it is revived', async (t) => {
    const { notifications } = await open(t, makePersistence)
    for (const [id, end] of [['ntf_1', sentAt], ['ntf_2', (before: Notification) => suppressed(before, 'read')], ['ntf_3', deadAt], ['ntf_4', deadAt]] as const) {
      const { stored } = await notifications.insert(notification(id, { createdAt: at(Number(id.slice(-1))) }))
      t.ok(await notifications.replace(end(stored)))
    }
    t.same(await dueAt(notifications, 1000), [])
    const page = { before: null, limit: 10 }
    t.same((await notifications.listDead(page)).items.map(({ notificationId }) => notificationId), ['ntf_4', 'ntf_3'])
    t.same((await pages(async (page) => await notifications.listDead(page), 1)).map((items) => items.length), [1, 1])
    const [dead] = (await notifications.listDead(page)).items
    if (dead === undefined) throw new Error('there is one')
    t.ok(await notifications.replace({ ...dead, state: 'waiting', dueAt: at(5), version: dead.version + 1 }))
    t.same(ids((await notifications.listDead(page)).items), ['ntf_3'])
    t.same(ids(await dueAt(notifications, 5)), ['ntf_4'])
  })

  t.test('the pages of a user are all of that user\'s notifications and no other, newest first, in any state', async (t) => {
    const { notifications } = await open(t, makePersistence)
    const stored = await times(9, async (index) => (await notifications.insert(notification(`ntf_${index}`, { createdAt: at(Math.floor(index / 2)) }))).stored)
    await notifications.insert(notification('ntf_other', { userId: 'mehmet' }))
    const [first] = stored
    if (first === undefined) throw new Error('there is one')
    await notifications.replace(sentAt(first))
    const expected = [sentAt(first), ...stored.slice(1)].sort((one, other) => createdKey(one.createdAt, one.notificationId) < createdKey(other.createdAt, other.notificationId) ? 1 : -1)
    for (const limit of [1, 4, 9, 20]) {
      const found = await pages(async (page) => await notifications.listOfUser('ayse', page), limit)
      t.same(found.flat(), expected)
      t.equal(found.length, pageCount(9, limit))
    }
  })

  t.test('a notification of an event is written with the end of the event, and a later one of the same id leaves it unchanged', async (t) => {
    const { notifications, outbox, payments } = await open(t, makePersistence)
    const complete = async (paymentId: string, written: Notification) => {
      const { events } = payment(paymentId)
      await payments.insert(payment(paymentId))
      const shard = events.map(outboxShardOf)[0] ?? -1
      const lease = await outbox.claim(shard, { owner: 'ada', now: at(0), until: at(10) })
      t.same(await outbox.complete(lease, events, [{ kind: 'notification', notification: written }]), { kind: 'completed' })
    }
    await complete('pay_1', notification('ntf_1', { dueAt: at(7) }))
    t.same(await notifications.find('ntf_1'), notification('ntf_1', { dueAt: at(7) }))
    t.same(ids(await dueAt(notifications, 7)), ['ntf_1'])
    await complete('pay_2', notification('ntf_1', { dueAt: at(3), userId: 'mehmet' }))
    t.same(await notifications.find('ntf_1'), notification('ntf_1', { dueAt: at(7) }))
    for (const [index, end] of [sentAt, deadAt].entries()) {
      const id = `ntf_${index + 2}`
      await complete(`pay_${id}`, notification(id))
      const ended = end(notification(id))
      t.ok(await notifications.replace(ended))
      await complete(`pay_${id}_late`, notification(id))
      t.same(await notifications.find(id), ended)
    }
    t.same(ids(await dueAt(notifications, 1000)), ['ntf_1'], 'none is due again')
    t.same(ids((await notifications.listOfUser('ayse', { before: null, limit: 10 })).items), ['ntf_1', 'ntf_2', 'ntf_3'])
  })

  t.test('a notification that was read cannot be used to change the store', async (t) => {
    const { notifications } = await open(t, makePersistence)
    spoil((await notifications.insert(notification('ntf_1', { dueAt: at(3) }))).stored)
    for (const found of await dueAt(notifications, 3)) spoil(found)
    t.same(await notifications.find('ntf_1'), notification('ntf_1', { dueAt: at(3) }))
  })
}
