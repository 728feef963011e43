import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { WRITE_CODEC } from '#adapters/durability/writes/journaled-write.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { settle } from '#domain/payments/settlement.js'
import { triedEvent, waitingEvent } from '#domain/payments/webhook-event.js'
import type { OpenStores } from '#application/ports/stores.js'
import { at, eventsOf, message, payment, reply, webhookEvent } from '../../contracts/fixtures.js'
import { persistenceContract } from '../../contracts/stores.contract.js'
import { posting } from '../../support/postings.js'
import { BadDisk } from '../../support/bad-disk.js'
import { settableClock } from '../../support/builders.js'
import { outageWorld } from '../../support/outages.js'

const { clock } = settableClock()

async function open (disk: BadDisk): Promise<OpenStores> {
  return await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), () => {})
}

t.test('memory mode with a journal fulfils the contract of the stores', async (t) => {
  persistenceContract(t, async () => await open(new BadDisk()))
})

/** Calls each method that records a write, also where it changes nothing. */
async function fill ({ messages, conversations, payments, streamers, webhookEvents }: OpenStores): Promise<void> {
  const { stored } = await messages.insert(message('m1'))
  await messages.insert(message('m1'))
  await messages.insert(message('m2'))
  await messages.insertTogether([reply('m3'), message('m4')])
  await messages.insertTogether([message('m5'), message('m4')])
  for (const second of [5, 6]) await conversations.markRead({ messageId: 'm1', messageKey: `${stored.createdAt}#m1`, senderId: 'ayse', receiverId: 'mehmet', readAt: at(second) })
  await conversations.setBlocked('mehmet', 'can', true)
  await payments.insert(payment('pay_1'))
  await payments.insert(payment('pay_1', { owner: 'another' }))
  await payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)), { webhookEvent: webhookEvent('simulator#1', { state: 'applied' }) })
  await payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)), { webhookEvent: webhookEvent('simulator#1', { state: 'applied' }) })
  await payments.update('pay_1', (before) => reserveRefund(before, { refundId: 're_1', amount: 30, reason: null, fingerprint: 'f', owner: 'o', until: at(70) }, at(2)))
  const waiting = waitingEvent(webhookEvent('simulator#2'), 'too_early', at(0))
  await webhookEvents.insert(waiting)
  await webhookEvents.insert(waiting)
  await webhookEvents.replace(waiting, triedEvent(waiting, 'too_early', at(60)))
  await webhookEvents.replace(waiting, triedEvent(waiting, 'too_early', at(60)))
  await posting(streamers, 'led_1', 'credit', 60)
  await posting(streamers, 'led_1', 'credit', 60)
  await posting(streamers, 'led_2', 'spend', 20)
}

async function all ({ messages, conversations, payments, streamers, webhookEvents, outbox }: OpenStores) {
  return {
    messages: (await messages.listOfUser('ayse', { before: null, limit: 10 })).items,
    sides: [await conversations.find('mehmet', ['ayse', 'can']), await conversations.find('ayse', ['mehmet'])],
    payments: (await payments.listOfUser('ayse', null, { before: null, limit: 10 })).items,
    events: [await webhookEvents.find('simulator#1'), await webhookEvents.find('simulator#2')],
    streamer: await streamers.find('str_1'),
    ledger: (await streamers.listEntries('str_1', { before: null, limit: 10 })).items,
    outbox: (await eventsOf(outbox)).toSorted((one, other) => one.eventId < other.eventId ? -1 : 1),
  }
}

t.test('a restart keeps all writes, and their events', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  await fill(before)
  const left = await all(before)
  t.match(left, { streamer: { minutesPurchased: 60, minutesUsed: 20 }, payments: [{ status: 'succeeded', version: 3 }], events: [{ state: 'applied' }, { tries: 1 }] })
  disk.crash()
  const after = await open(disk)
  t.same(await all(after), left)
  await after.messages.insert(message('m6'))
  await after.close()
  t.equal((await (await open(disk)).messages.listOfUser('ayse', { before: null, limit: 10 })).items.length, 6)
})

t.test('the first start with a store drains all writes into it, and a second drain changes nothing', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  await fill(before)
  const left = await all(before)
  const first = await outageWorld({ disk })
  t.match(first.status(), { mode: 'draining', journal: { depth: 15 } })
  t.match(await first.stores.payments.find('pay_1'), { status: 'succeeded', version: 3 }, 'it is shown meanwhile')
  t.match(await first.stores.webhookEvents.find('simulator#2'), { tries: 1 })
  await t.rejects(first.stores.messages.insert(message('m9', { senderId: 'can' })), { code: 'blocked' })
  await t.rejects(first.stores.streamers.find('str_1'), { code: 'store_unavailable' }, 'minutes are not guessed')
  await t.rejects(posting(first.stores.streamers, 'led_3', 'spend', 1), { code: 'store_unavailable' })
  const written = structuredClone(disk.only)
  await first.comeBack()
  t.same(await all(first.inner), left)
  t.same(first.quarantine.list(), [])

  const again = new BadDisk()
  again.files.set('journal-000000000001.log', { bytes: Buffer.from(written.bytes), synced: written.bytes.length })
  const second = await outageWorld({ inner: first.inner, disk: again })
  await second.comeBack()
  t.same(await all(first.inner), left)
  t.same(second.quarantine.list(), [])
})

t.test('a write that does not follow the state in the store goes into quarantine', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  await before.payments.insert(payment('pay_1'))
  for (const second of [1, 2]) await before.payments.update('pay_1', (current) => ({ payment: { ...current, version: current.version + 1, description: `${second}` }, events: [] }))
  await posting(before.streamers, 'led_1', 'credit', 60)
  await posting(before.streamers, 'led_2', 'spend', 1)
  const { inner, comeBack, quarantine } = await outageWorld({ disk })
  await posting(inner.streamers, 'led_9', 'credit', 5)
  await posting(inner.streamers, 'led_8', 'credit', 5)
  await inner.payments.insert(payment('pay_1'))
  await inner.payments.update('pay_1', (current) => ({ payment: { ...current, version: 5 }, events: [] }))
  await comeBack()
  t.same(quarantine.list().map(({ kind, subjectId, reason }) => [kind, subjectId, reason]), [
    ['posting', 'led_1', 'Conflict: version 1 does not follow version 2'],
    ['posting', 'led_2', 'Conflict: version 2 does not follow version 2'],
  ])
})

t.test('memory mode does not start on the journal of an outage', async (t) => {
  const outage = await outageWorld()
  const { stored: known } = await outage.stores.payments.insert(payment('pay_1'))
  await outage.leave()
  await outage.stores.payments.update('pay_1', (current) => settle(current, { kind: 'canceled', reference: null }, at(1)), { known })
  await t.rejects(open(outage.disk), { message: /entry 1 of the journal does not follow/, cause: { code: 'not_found' } })
})

t.test('a write that cannot be journaled is not acknowledged', async (t) => {
  const disk = new BadDisk()
  const { messages } = await open(disk)
  disk.faults.push({ call: 'sync', code: 'EIO' })
  await t.rejects(messages.insert(message('m1')), { code: 'store_unavailable' })
})
