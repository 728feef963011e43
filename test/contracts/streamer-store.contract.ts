import type { Test } from 'tap'
import fc from 'fast-check'
import { DomainError } from '#domain/errors.js'
import { firstMeter, withMinutes } from '#domain/rooms/meter.js'
import { manualPayment } from '#domain/payments/settlement.js'
import { minutesRemaining, newStreamer, post, withoutAddress, type EntryDraft, type LedgerEntry, type Streamer } from '#domain/streamers/streamer.js'
import { createdKey, laterBy } from '#domain/time.js'
import type { Posted, PostOptions, StreamerStore } from '#application/ports/streamer-store.js'
import { anyPayment, at, eventsOf, open, pageCount, pages, payment, spoil, times, type MakePersistence } from './fixtures.js'

interface Line extends Partial<EntryDraft>, Partial<PostOptions> {
  readonly streamerId?: string
  readonly second?: number
}

/** Posts an entry: by default a credit to str_1, by a caller who knows no streamer yet. */
export async function put (streamers: StreamerStore, entryId: string, line: Line = {}): Promise<Posted> {
  const { streamerId = 'str_1', second = 0, known = null, purchase = null, ...fields } = line
  const draft: EntryDraft = { entryId, kind: 'credit', minutes: 60, paymentId: null, broadcastId: null, note: null, fingerprint: `fingerprint of ${entryId}`, ...fields }
  return await streamers.post({ streamerId, entryId }, (streamer) => {
    if (streamer === null && draft.kind === 'spend') throw new DomainError('not_found', 'nobody')
    return post(streamer ?? newStreamer(streamerId, `${streamerId}@example.com`, at(second)), draft, at(second))
  }, { known, purchase })
}

/** A purchase for 100 that has an id of its own. */
export function purchase (paymentId: string, owner = 'owner') {
  const { payment: draft } = payment(paymentId, { userId: 'str_1', sellerId: null })
  return manualPayment(draft, { paymentId, fingerprint: `fingerprint of ${paymentId}`, owner, now: at(0) })
}

export async function ledgerOf (streamers: StreamerStore, streamerId = 'str_1', limit = 100): Promise<LedgerEntry[]> {
  return (await pages(async (page) => await streamers.listEntries(streamerId, page), limit)).flat()
}

/** Throws unless the ledger adds up to the streamer. */
export async function addsUp (t: Test, streamers: StreamerStore, streamerId = 'str_1'): Promise<Streamer> {
  const streamer = await streamers.find(streamerId)
  if (streamer === null) throw new Error('there is no streamer')
  const entries = await ledgerOf(streamers, streamerId)
  const total = (wanted: string) => entries.filter(({ kind }) => kind === wanted).reduce((sum, { minutes }) => sum + minutes, 0)
  t.same([streamer.minutesPurchased, streamer.minutesUsed, streamer.version], [total('credit'), total('spend'), entries.length])
  t.equal(entries[0]?.minutesRemaining, minutesRemaining(streamer))
  t.ok(entries.every((entry) => entry.minutesRemaining >= 0))
  return streamer
}

export function streamerStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('the first entry creates a streamer, who is found as the entry left them', async (t) => {
    const { streamers, outbox } = await open(t, makePersistence)
    t.equal(await streamers.find('str_1'), null)
    const posted = await put(streamers, 'led_1', { minutes: 60, note: 'hoş geldin' })
    const streamer = { streamerId: 'str_1', email: 'str_1@example.com', minutesPurchased: 60, minutesUsed: 0, createdAt: at(0), updatedAt: at(0), version: 1 }
    const entry = { entryId: 'led_1', streamerId: 'str_1', kind: 'credit', minutes: 60, minutesRemaining: 60, paymentId: null, broadcastId: null, note: 'hoş geldin', createdAt: at(0), fingerprint: 'fingerprint of led_1' }
    t.same(posted, { inserted: true, streamer, entry, events: [] })
    t.same(await streamers.find('str_1'), streamer)
    t.same(await ledgerOf(streamers), [entry])
    t.same(await eventsOf(outbox), [])
  })

  t.test('a streamer is replaced by their next version alone, and keeps their ledger', async (t) => {
    const { streamers } = await open(t, makePersistence)
    const posted = await put(streamers, 'led_1')
    if (!posted.inserted) throw new Error('the id was free')
    const next = withoutAddress(posted.streamer, at(5))
    t.match(next, { email: '', version: 2, updatedAt: at(5) })
    t.equal(withoutAddress(next, at(1)).updatedAt, at(5), 'a clock that is behind moves nothing backwards')
    t.equal(await streamers.replace({ ...next, version: 3 }), false)
    t.equal(await streamers.replace({ ...next, streamerId: 'str_2' }), false)
    t.equal(await streamers.replace(next), true)
    t.equal(await streamers.replace(next), false)
    t.same(await streamers.find('str_1'), next)
    t.match(await streamers.list({ before: null, limit: 5 }), { items: [{ email: '' }] })
    // A caller who knows the streamer from before must not bring the address back.
    await put(streamers, 'led_2', { known: posted.streamer, second: 9 })
    t.match(await streamers.find('str_1'), { email: '', minutesPurchased: 120, version: 3 })
  })

  t.test('a purchase is a payment like any other, stored in the same step with its events', async (t) => {
    const { streamers, payments, outbox } = await open(t, makePersistence)
    const bought = purchase('pay_1')
    t.match(await put(streamers, 'led_1', { paymentId: 'pay_1', purchase: bought }), { inserted: true, entry: { paymentId: 'pay_1' }, events: bought.events })
    t.same(await payments.find('pay_1'), bought.payment)
    t.same(await payments.findByReference('manual', 'order of pay_1'), bought.payment)
    const page = { before: null, limit: 10 }
    t.same((await payments.list(anyPayment({ provider: 'manual' }), page)).items, [bought.payment])
    t.same((await payments.listOfUser('str_1', 'succeeded', page)).items, [bought.payment])
    t.same(await eventsOf(outbox), bought.events)
    t.same(await put(streamers, 'led_1', { paymentId: 'pay_2', purchase: purchase('pay_2') }), { inserted: false, entry: (await ledgerOf(streamers))[0] })
    t.equal(await payments.find('pay_2'), null)
    t.equal((await eventsOf(outbox)).length, 2)
  })

  t.test('an error of a change comes out as it is, and nothing is stored', async (t) => {
    const { streamers, payments, outbox } = await open(t, makePersistence)
    await t.rejects(put(streamers, 'led_1', { kind: 'spend', purchase: purchase('pay_1') }), { code: 'not_found' })
    t.equal(await streamers.find('str_1'), null)
    await put(streamers, 'led_2', { minutes: 5 })
    const known = await streamers.find('str_1')
    await t.rejects(put(streamers, 'led_1', { kind: 'spend', minutes: 6, known, purchase: purchase('pay_1') }), { name: 'DomainError', code: 'insufficient_minutes' })
    t.same(await streamers.find('str_1'), known)
    t.equal((await ledgerOf(streamers)).length, 1)
    t.equal(await payments.find('pay_1'), null)
    t.same(await eventsOf(outbox), [])
  })

  t.test('an entry whose id is taken changes nothing, also where it would now be refused, and also of another streamer', async (t) => {
    const { streamers } = await open(t, makePersistence)
    await put(streamers, 'led_1', { minutes: 10 })
    const known = await streamers.find('str_1')
    const spent = await put(streamers, 'led_2', { kind: 'spend', minutes: 10, second: 1, known })
    t.match(spent, { inserted: true, streamer: { minutesUsed: 10 } })
    for (const seen of [known, await streamers.find('str_1')]) {
      t.same(await put(streamers, 'led_2', { kind: 'spend', minutes: 10, second: 2, known: seen }), { inserted: false, entry: spent.entry })
    }
    t.match(await put(streamers, 'led_1', { streamerId: 'str_2' }), { inserted: false, entry: { streamerId: 'str_1', minutes: 10 } })
    t.equal(await streamers.find('str_2'), null)
    t.match(await addsUp(t, streamers), { minutesPurchased: 10, minutesUsed: 10 })
  })

  t.test('a change is applied to the present streamer, not to the one that the caller knew', async (t) => {
    const { streamers } = await open(t, makePersistence)
    await put(streamers, 'led_1', { minutes: 5 })
    const poor = await streamers.find('str_1')
    await put(streamers, 'led_2', { minutes: 95, second: 1 })
    t.match(await put(streamers, 'led_3', { kind: 'spend', minutes: 90, second: 2, known: poor }), { inserted: true, streamer: { minutesPurchased: 100, minutesUsed: 90, version: 3 } })
    await t.rejects(put(streamers, 'led_4', { kind: 'spend', minutes: 90, second: 3, known: { ...poor, minutesPurchased: 500 } as Streamer }), { code: 'insufficient_minutes' })
    await addsUp(t, streamers)
  })

  t.test('an entry moves the meter of its broadcast in the same step, once however many charge the same minutes', async (t) => {
    const { streamers, rooms, feeds } = await open(t, makePersistence)
    await put(streamers, 'led_0', { minutes: 10 })
    const meter = firstMeter({ roomId: 'room_1', streamerId: 'str_1' }, at(0))
    await feeds.append({ feedId: 'room#room_1', page: 1, entries: [], writer: 'wrt_1', writtenAt: at(0) }, { meter })
    const charge = async (from: typeof meter, minutes: number, entryId = `led after ${from.chargedMinutes}`): Promise<Posted> => {
      const draft: EntryDraft = { entryId, kind: 'spend', minutes, paymentId: null, broadcastId: 'room_1', note: null, fingerprint: 'fingerprint' }
      return await streamers.post({ streamerId: 'str_1', entryId }, (streamer) => ({ ...post(streamer ?? newStreamer('str_1', '', at(0)), draft, at(1)), meter: withMinutes(from, minutes, null) }), { known: null })
    }
    const charged = await Promise.all(Array.from({ length: 5 }, async () => await charge(meter, 2)))
    t.equal(charged.filter(({ inserted }) => inserted).length, 1)
    const after = { ...meter, chargedMinutes: 2, dueAt: laterBy(at(120), 1) }
    t.match(charged.find(({ inserted }) => inserted), { meter: after, streamer: { minutesUsed: 2 } })
    t.same(await rooms.findMeter('room_1'), after)
    t.same(await rooms.dueMeters(after.dueAt, 10), [after])
    await t.rejects(charge(meter, 3, 'led_other'), /other minutes/, 'an entry that does not follow the meter')
    t.match(await addsUp(t, streamers), { minutesUsed: 2 })
    t.same(await rooms.findMeter('room_1'), after)
    await t.rejects(charge(after, 9), { code: 'insufficient_minutes' })
    t.same(await rooms.findMeter('room_1'), after)
    await charge(after, 8)
    t.match(await rooms.findMeter('room_1'), { chargedMinutes: 10 })
    await addsUp(t, streamers)
  })

  t.test('of 100 spends at once, as many take place as there are minutes for', async (t) => {
    const { streamers } = await open(t, makePersistence)
    await put(streamers, 'led_0', { minutes: 100 })
    const known = await streamers.find('str_1')
    const results = await Promise.allSettled(Array.from({ length: 100 }, async (_, index) => await put(streamers, `led_spend_${index}`, { kind: 'spend', minutes: 3, known })))
    const refusals = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown)
    t.equal(refusals.length, 67)
    for (const refusal of refusals) t.match(refusal, { code: 'insufficient_minutes' })
    t.match(await addsUp(t, streamers), { minutesUsed: 99, version: 34 })
  })

  t.test('of 20 posts of one id at once, one takes place, and all get its entry', async (t) => {
    const { streamers, payments, outbox } = await open(t, makePersistence)
    const results = await times(20, async (index) => await put(streamers, 'led_1', { paymentId: 'pay_1', purchase: purchase('pay_1', `owner${index}`) }))
    t.equal(results.filter(({ inserted }) => inserted).length, 1)
    const [entry] = await ledgerOf(streamers)
    for (const result of results) t.same(result.entry, entry)
    t.match(await addsUp(t, streamers), { minutesPurchased: 60 })
    t.equal((await payments.list(anyPayment(), { before: null, limit: 10 })).items.length, 1)
    t.equal((await eventsOf(outbox)).length, 2)
    const known = await streamers.find('str_1')
    const spends = await times(20, async () => await put(streamers, 'led_2', { kind: 'spend', minutes: 60, known }))
    t.equal(spends.filter(({ inserted }) => inserted).length, 1, 'none is told that there is too little left')
    const addressed = await times(20, async (index) => await put(streamers, 'led_3', { streamerId: `str_${10 + index % 5}`, minutes: 1 + index, paymentId: 'pay_3', purchase: purchase('pay_3', `owner${index}`) }))
    t.equal(addressed.filter(({ inserted }) => inserted).length, 1, 'nor where each has something else in mind')
    t.equal(new Set(addressed.map(({ entry }) => entry.minutes)).size, 1)
    t.equal((await streamers.list({ before: null, limit: 10 })).items.length, 2)
  })

  t.test('the ledger adds up after any credits, spends and repeats, at once or in turn', async (t) => {
    const step = fc.record({ id: fc.nat(7), kind: fc.constantFrom('credit', 'spend'), minutes: fc.integer({ min: 1, max: 9 }) })
    const { streamers } = await open(t, makePersistence)
    let run = 0
    await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 4 }), async (rounds) => {
      const streamerId = `str_${++run}`
      await put(streamers, `led_${run}_first`, { streamerId, minutes: 9 })
      const applied: LedgerEntry[] = []
      for (const round of rounds) {
        const known = await streamers.find(streamerId)
        await Promise.all(round.map(async ({ id, kind, minutes }) => {
          const posted = await put(streamers, `led_${run}_${id}`, { streamerId, kind, minutes, known }).catch((error: unknown) => {
            if (!(error instanceof DomainError) || error.code !== 'insufficient_minutes') throw error
            return null
          })
          if (posted?.inserted === true) applied.push(posted.entry)
        }))
      }
      await addsUp(t, streamers, streamerId)
      const ids = (entries: readonly LedgerEntry[]) => entries.map(({ entryId }) => entryId).sort()
      t.same(ids(await ledgerOf(streamers, streamerId)), ids(applied).concat(`led_${run}_first`).sort())
    }), { numRuns: 15 })
  })

  t.test('the pages of all streamers are the whole list, newest first, each in the present state', async (t) => {
    const { streamers } = await open(t, makePersistence)
    t.same(await streamers.list({ before: null, limit: 3 }), { items: [], nextKey: null })
    await times(13, async (index) => await put(streamers, `led_${index}`, { streamerId: `str_${index}`, second: Math.floor(index / 2) }))
    await put(streamers, 'led_more', { streamerId: 'str_3', minutes: 7, second: 50, known: await streamers.find('str_3') })
    const expected = (await times(13, async (index) => await streamers.find(`str_${index}`))).filter((streamer) => streamer !== null)
      .sort((one, other) => createdKey(one.createdAt, one.streamerId) < createdKey(other.createdAt, other.streamerId) ? 1 : -1)
    t.match(expected.find(({ streamerId }) => streamerId === 'str_3'), { minutesPurchased: 67 })
    for (const limit of [1, 4, 13, 20]) {
      const found = await pages(async (page) => await streamers.list(page), limit)
      t.same(found.flat(), expected)
      t.equal(found.length, pageCount(13, limit))
    }
  })

  t.test('the pages of a ledger are that whole ledger and no other, newest first', async (t) => {
    const { streamers } = await open(t, makePersistence)
    for (let index = 0; index < 7; index++) await put(streamers, `led_${index}`, { minutes: index + 1, known: await streamers.find('str_1') })
    await put(streamers, 'led_other', { streamerId: 'str_2' })
    for (const limit of [1, 3, 7]) t.same((await ledgerOf(streamers, 'str_1', limit)).map(({ minutes }) => minutes), [7, 6, 5, 4, 3, 2, 1])
    t.same(await streamers.listEntries('str_3', { before: null, limit: 5 }), { items: [], nextKey: null })
  })

  t.test('a row that was read cannot be used to change the store', async (t) => {
    const { streamers } = await open(t, makePersistence)
    const posted = await put(streamers, 'led_1')
    const copy = structuredClone(posted)
    spoil(posted)
    const found = await streamers.find('str_1')
    if (found !== null) spoil(found)
    for (const entry of await ledgerOf(streamers)) spoil(entry)
    for (const streamer of (await streamers.list({ before: null, limit: 1 })).items) spoil(streamer)
    t.match(copy, { streamer: await streamers.find('str_1'), entry: (await ledgerOf(streamers))[0] })
  })
}
