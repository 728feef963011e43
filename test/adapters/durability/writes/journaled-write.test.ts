import { readFileSync } from 'node:fs'
import t from 'tap'
import { heldUntil, newNotification, suppressed } from '#domain/notifications/notification.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { newErasure } from '#domain/accounts/erasure.js'
import { newStreamer } from '#domain/streamers/streamer.js'
import { carryOut, keyOf, shownOf, subjectOf, WRITE_CODEC, type JournaledWrite } from '#adapters/durability/writes/journaled-write.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { QUARANTINED_KINDS } from '#application/ports/durability.js'
import { message, payment } from '../../../contracts/fixtures.js'
import { BadDisk } from '../../../support/bad-disk.js'
import { settableClock } from '../../../support/builders.js'
import { aShipment } from '../../../support/shipments.js'
import { outageWorld } from '../../../support/outages.js'

const { clock } = settableClock()
/** Reads and writes the JSON on disk as it is, as another version would. */
const RAW = { encode: (value: unknown) => value, decode: (stored: unknown) => stored }
/** A kind that this version does not know. */
const VOUCHER = { kind: 'voucher', voucherId: 'vou_1', payment: { check: null } }

/** One record of each kind, as version 0.1.0 wrote it. */
const RECORDS = readFileSync('test/adapters/durability/writes/writes-0.1.0.jsonl', 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Fields)

const METER = { roomId: 'room_1', streamerId: 'str_1', startedAt: '2026-03-01T12:00:00.000Z', chargedMinutes: 1, unchargedMinutes: 0, dueAt: '2026-03-01T12:01:00.001Z' }

/** Kinds that version 0.1.0 did not have, as this version writes them. */
const LATER_RECORDS: readonly Fields[] = [
  { kind: 'erasure', erasure: newErasure('ada', ['ada@example.com'], '2026-03-01T12:00:00.000Z'), isDone: false },
  { kind: 'streamer', streamer: newStreamer('str_1', 'ada@example.com', '2026-03-01T12:00:00.000Z') },
  { kind: 'billing', record: { paymentId: 'pay_1', buyerEmail: 'ada@example.com', shippingAddress: null, keptUntil: '2037-01-01T00:00:00.000Z' } },
  { kind: 'channel_page', page: { feedId: 'channel#chn_1', page: 1, entries: [{ type: 'member', at: '2026-03-01T12:00:00.000Z', userId: 'ada', role: 'owner', by: 'ada' }], writer: 'wrt_1', writtenAt: '2026-03-01T12:00:00.000Z' }, together: {} },
  { kind: 'channel_read', channelId: 'chn_1', userId: 'ada', count: 3 },
  { kind: 'page', page: { feedId: 'room#room_1', page: 1, entries: [{ type: 'announcement', at: '2026-03-01T12:00:00.000Z', messageId: 'ann_1', text: 'a', by: null }], writer: 'wrt_1', writtenAt: '2026-03-01T12:00:00.000Z' }, together: {} },
  { kind: 'meter', before: METER, after: { ...METER, dueAt: null } },
  { kind: 'shipment', decision: { shipment: aShipment({ shipmentId: 'ship_1', paymentId: 'pay_1' }), events: [] }, addresses: null, event: null },
  { kind: 'shipment_address', shipmentId: 'ship_1', paymentId: 'pay_1', label: { format: 'pdf', base64: 'JVBERg==' }, expiresAt: null },
  { kind: 'api_key', keyId: 'akey_1', key: null },
  { kind: 'message_report', report: { messageId: 'msg_1', senderId: 'ada', reporterId: 'bora', reason: 'spam', createdAt: '2026-03-01T12:00:00.000Z', state: 'open', resolution: null, version: 1 } },
]

interface Fields { readonly [name: string]: unknown }

/** The value with a field that no version has yet, in each of its objects. */
function withNewFields (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNewFields)
  if (typeof value !== 'object' || value === null) return value
  return { ...Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withNewFields(inner)])), newField: { check: 1 } }
}

async function diskWith (...records: readonly unknown[]): Promise<BadDisk> {
  const disk = new BadDisk()
  const journal = await Journal.open({ codec: RAW, disk, clock })
  for (const record of records) await journal.append(record)
  return disk
}

async function recordsOn (disk: BadDisk): Promise<unknown[]> {
  const journal = await Journal.open({ codec: RAW, disk, clock })
  return [...journal.pending(), ...journal.quarantined()].map(({ value }) => value)
}

t.test('writes of version 0.1.0 are read, and written as 0.1.0 reads them', async (t) => {
  t.same(new Set([...RECORDS, ...LATER_RECORDS].map(({ kind }) => kind)), new Set(QUARANTINED_KINDS.filter((kind) => kind !== 'unknown')), 'there is one of each kind')
  const later = LATER_RECORDS.map(WRITE_CODEC.decode)
  t.strictSame(later.map(WRITE_CODEC.encode), LATER_RECORDS)
  t.same(later.map((write) => [keyOf(write), subjectOf(write), shownOf(write)]), [['erasure ada', 'ada', {}], ['rooms', 'str_1', {}], ['billing pay_1', 'pay_1', {}], ['channels', 'channel#chn_1', {}], ['channels', 'chn_1', {}], ['rooms', 'room#room_1', {}], ['rooms', 'room_1', {}], ['payment pay_1', 'ship_1', { event: null }], ['payment pay_1', 'ship_1', {}], ['accounts', 'akey_1', {}], ['message report msg_1', 'msg_1', {}]])
  for (const record of RECORDS) t.strictSame(WRITE_CODEC.encode(WRITE_CODEC.decode(record)), record, String(record['kind']))
})

t.test('the follow-up of a payment is called `check` on disk, and nothing else is renamed', async (t) => {
  const followUp = { tries: 0, dueAt: '2126-03-01T10:01:30.000Z' }
  const metadata = { check: 'the metadata of a customer', followUp: { dueAt: 'any' } }
  const first = { followUp, metadata }
  const settled = { followUp: null, metadata }
  t.match(RECORDS.map(WRITE_CODEC.decode).filter(({ kind }) => ['intent', 'change', 'outcome', 'posting'].includes(kind)), [
    { kind: 'intent', decision: { payment: first } },
    { kind: 'change', decision: { payment: settled } },
    { kind: 'posting', purchase: { payment: first } },
    { kind: 'outcome', before: first, after: settled },
  ])
  t.strictSame(WRITE_CODEC.encode(WRITE_CODEC.decode({ kind: 'posting', purchase: null })), { kind: 'posting', purchase: null })
})

t.test('fields and writes of a newer version survive a restart and the compaction of the journal', async (t) => {
  const records = [...RECORDS.map(withNewFields), VOUCHER, null]
  const disk = await diskWith(...records, ...Array.from({ length: 2000 }, () => RECORDS[0]))
  const journal = await Journal.open({ codec: WRITE_CODEC, disk, clock })
  for (const { sequence } of [...journal.pending()].slice(records.length)) journal.settle(sequence)
  await journal.tidy()
  t.same([...disk.files.keys()], ['journal-000000002020.log'])
  t.strictSame(await recordsOn(disk), records)
})

t.test('a write of a newer version waits in quarantine, holds up no other, and stays in the file as it was', async (t) => {
  const disk = await diskWith({ kind: 'message', message: message('m1') }, VOUCHER, null, { kind: 'message', message: message('m2') })
  const { inner, comeBack, quarantine, journal } = await outageWorld({ disk })
  await comeBack()
  t.equal(journal.depth, 0)
  for (const id of ['m1', 'm2']) t.match(await inner.messages.find(id), { messageId: id })
  const reason = (kind: string) => `Conflict: this version does not know writes of the kind "${kind}": retry with the version that wrote it`
  const waiting = [
    { sequence: 2, kind: 'unknown', subjectId: 'voucher', reason: reason('voucher') },
    { sequence: 3, kind: 'unknown', subjectId: 'undefined', reason: reason('undefined') },
  ]
  t.match(quarantine.list(), waiting)
  await quarantine.retry(2)
  await comeBack()
  t.match(quarantine.list(), waiting, 'a retry by the same version changes nothing')
  disk.crash()
  t.strictSame(await recordsOn(disk), [VOUCHER, null])
  const restarted = await outageWorld({ inner, disk })
  t.match(restarted.quarantine.list(), waiting)
  await restarted.quarantine.resolve(2)
  t.strictSame(await recordsOn(disk), [null])
})

t.test('memory mode leaves out a write of a newer version, reports it, and keeps it in the file for that version', async (t) => {
  const disk = await diskWith({ kind: 'message', message: message('m1') }, VOUCHER, { kind: 'message', message: message('m2') })
  const unknown: unknown[] = []
  for (const restart of [1, 2]) {
    const { messages } = await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), ({ sequence, value }) => { unknown.push([sequence, subjectOf(value)]) })
    for (const id of ['m1', 'm2']) t.match(await messages.find(id), { messageId: id })
    await messages.insert(message(`after ${restart}`))
    t.strictSame((await recordsOn(disk))[1], VOUCHER)
  }
  t.same(unknown, [[2, 'voucher'], [2, 'voucher']])
})

t.test('each kind of write has a key and the id of what it is about', async (t) => {
  t.same(RECORDS.map(WRITE_CODEC.decode).map((write) => [write.kind, keyOf(write), subjectOf(write)]), [
    ['message', 'conversation ayse#mehmet', 'm1'],
    ['read', 'conversation ayse#mehmet', 'm1'],
    ['block', 'conversation can#mehmet', 'can'],
    ['webhook', 'webhook simulator#2', 'simulator#2'],
    ['replacement', 'webhook simulator#2', 'simulator#2'],
    ['intent', 'payment pay_1', 'pay_1'],
    ['change', 'payment pay_1', 'pay_1'],
    ['posting', 'rooms', 'led_1'],
    ['account', 'accounts', 'usr_ada'],
    ['account', 'accounts', 'usr_ada'],
    ['session', 'accounts', 'ses_1'],
    ['rotation', 'accounts', 'ses_1'],
    ['sign_out', 'accounts', 'ses_1'],
    ['audit', 'audit aud_2', 'aud_2'],
    ['preferences', 'preferences ayse', 'ayse'],
    ['notification', 'notifications', 'ntf_1'],
    ['outcome', 'payment pay_3', 'pay_3'],
  ])
  t.equal(keyOf(WRITE_CODEC.decode(VOUCHER)), 'unknown voucher')
})

t.test('a payment is not carried out over a gap in its versions', async (t) => {
  const { inner } = await outageWorld()
  const { stored } = await inner.payments.insert(payment('pay_1'))
  const change: JournaledWrite = { kind: 'change', decision: { payment: { ...stored, version: 3 }, events: [] }, event: null }
  await t.rejects(carryOut(change, inner), { name: 'Conflict', message: 'version 3 does not follow version 1' })
})

t.test('a shipment is not carried out without its payment, over a gap in its versions, or over that of another request', async (t) => {
  const { inner } = await outageWorld()
  const write = (fields: Parameters<typeof aShipment>[0]): JournaledWrite => ({ kind: 'shipment', decision: { shipment: aShipment(fields), events: [] }, addresses: null, event: null })
  await t.rejects(carryOut(write({}), inner), { name: 'Conflict', message: 'the payment of the shipment is missing' })
  t.equal(await inner.shipments.find('ship_1'), null)
  await inner.payments.insert(payment('pay_1'))
  await carryOut(write({}), inner)
  await t.rejects(carryOut(write({ version: 3 }), inner), { name: 'Conflict', message: 'version 3 does not follow version 1' })
  for (const version of [1, 2]) await t.rejects(carryOut(write({ version, fingerprint: 'other' }), inner), { name: 'Conflict', message: 'another request came first under this id' })
  t.same(await inner.shipments.find('ship_1'), aShipment())
})

t.test('a later version of a notification is stored even if a dispatcher stores the first one in between', async (t) => {
  const stores = memoryStores()
  const first = newNotification({ notificationId: 'ntf_1', userId: 'ada', kind: 'message_received', subjectId: 'bora', createdAt: clock() })
  let isFirst = true
  const notifications = withMethods(stores.notifications, {
    insert: async (notification) => {
      if (isFirst) await stores.notifications.insert(first)
      isFirst = false
      return await stores.notifications.insert(notification)
    },
  })
  const held = heldUntil(first, clock())
  for (const notification of [held, suppressed(held, 'read meanwhile')]) await carryOut({ kind: 'notification', notification }, { ...stores, notifications })
  t.match(await stores.notifications.find('ntf_1'), { state: 'suppressed', reason: 'read meanwhile', version: 3 })
})
