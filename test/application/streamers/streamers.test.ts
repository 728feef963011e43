import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeAddStreamer, type AddStreamerCommand } from '#application/streamers/add-streamer.js'
import { makeGetStreamerStatus, makeListLedger } from '#application/streamers/read-streamers.js'
import { makeUseMinutes, type UseMinutesCommand } from '#application/streamers/use-minutes.js'
import type { Caller } from '#domain/accounts/session.js'
import { minutesRemaining } from '#domain/streamers/streamer.js'
import { addsUp } from '../../contracts/streamer-store.contract.js'
import { admin, countingIdentity, stranger } from '../../support/builders.js'
import { faultyPorts, type Fault } from '../../support/faulty-store.js'
import { allEvents, atOnce, eventTypes, success, world } from '../../support/world.js'

/** The use cases of streamers and payments on the same stores, whose calls can be made to fail. */
function studio () {
  const persistence = memoryStores()
  const identity = countingIdentity()
  const faults = faultyPorts()
  const w = world({ persistence, identity })
  const ports = { rooms: persistence.rooms, streamers: faults.wrap(persistence.streamers), payments: faults.wrap(persistence.payments), identity, clock: w.time.clock }
  const addStreamer = makeAddStreamer(ports)
  const useMinutes = makeUseMinutes(ports)
  return {
    ...w,
    faults,
    add: async (command: Partial<AddStreamerCommand> = {}) =>
      await addStreamer({ email: 'Ada@Example.com', minutes: 60, amount: 5_000, currency: 'TRY', note: 'by bank transfer', key: 'key-1', ...command }),
    spend: async (command: Partial<UseMinutesCommand> & Pick<UseMinutesCommand, 'streamerId'>) =>
      await useMinutes({ caller: admin, minutes: 10, broadcastId: 'live-7', key: 'spend-1', ...command }),
    getStreamerStatus: makeGetStreamerStatus(ports),
    listLedger: makeListLedger(ports),
  }
}

t.test('minutes are credited to the address, and the price is a captured payment', async (t) => {
  const w = studio()
  const { streamer, payment, replayed } = await w.add()
  t.match(streamer, { streamerId: /^str_[a-z2-7]{52}$/, email: 'ada@example.com', minutesPurchased: 60, minutesUsed: 0 })
  t.match(payment, {
    provider: 'manual',
    status: 'succeeded',
    amount: 5_000,
    capturedAmount: 5_000,
    currency: 'TRY',
    userId: streamer.streamerId,
    sellerId: null,
    description: 'by bank transfer',
    metadata: { minutes: 60 },
    buyerEmail: 'ada@example.com',
  })
  t.equal(replayed, false)
  t.same(await w.payments.find(String(payment?.paymentId)), payment)
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
  t.same((await allEvents(w)).map(({ data }) => 'previousStatus' in data ? [data.previousStatus, data.status] : null), [[null, 'pending'], ['pending', 'succeeded']])
  const { items: [entry] } = await w.listLedger({ caller: admin, streamerId: streamer.streamerId, before: null, limit: 10 })
  t.match(entry, { kind: 'credit', minutes: 60, paymentId: payment?.paymentId, note: 'by bank transfer' })
  t.equal(payment?.orderId, entry?.entryId)
})

t.test('the same address in another case is the same streamer, and free minutes make no payment', async (t) => {
  const w = studio()
  const { streamer: { streamerId } } = await w.add()
  const { streamer, payment } = await w.add({ email: 'ADA@example.COM', minutes: 5, amount: null, currency: null, note: null, key: 'key-2' })
  t.match(streamer, { streamerId, minutesPurchased: 65 })
  t.equal(payment, null)
  t.match(await w.add({ email: 'bora@example.com', key: 'key-3' }), { streamer: { minutesPurchased: 60 }, replayed: false })
  t.equal((await eventTypes(w)).length, 4)
  t.match(await w.add({ email: 'ada@example.com', minutes: 5, amount: null, currency: null, note: null, key: 'key-2' }), { streamer, payment: null, replayed: true })
})

t.test('a key credits once, in sequence and concurrently, and belongs to its request', async (t) => {
  const w = studio()
  const { answers } = await atOnce(Array.from({ length: 10 }, () => async () => await w.add()))
  t.equal(answers.filter(({ replayed }) => !replayed).length, 1)
  const again = await w.add()
  t.equal(again.replayed, true)
  for (const { streamer, payment } of answers) t.same({ streamer, payment }, { streamer: again.streamer, payment: again.payment })
  t.match(again, { streamer: { minutesPurchased: 60 }, payment: { status: 'succeeded' } })
  for (const other of [{ minutes: 61 }, { amount: 5_001 }, { currency: 'EUR' }, { note: null }, { email: 'bora@example.com' }, { amount: null, currency: null }]) {
    await t.rejects(w.add(other), { code: 'idempotency_key_reused' }, JSON.stringify(other))
  }
  t.equal((await w.streamers.list({ before: null, limit: 10 })).items.length, 1)
  t.equal((await eventTypes(w)).length, 2)
  await addsUp(t, w.streamers, again.streamer.streamerId)
})

t.test('a refused credit stores nothing', async (t) => {
  const w = studio()
  for (const [wrong, code] of [
    [{ minutes: 0 }, 'invalid_minutes'], [{ minutes: 100_001 }, 'invalid_minutes'], [{ amount: 0 }, 'invalid_amount'], [{ amount: 0.5 }, 'invalid_amount'], [{ currency: 'XXX' }, 'unsupported_currency'],
    [{ amount: null }, 'invalid_amount'], [{ currency: null }, 'invalid_amount'],
  ] as const) await t.rejects(w.add(wrong), { code }, JSON.stringify(wrong))
  t.same((await w.streamers.list({ before: null, limit: 10 })).items, [])
  t.same(await eventTypes(w), [])
})

t.test('minutes are spent once for a key, and never more than are left', async (t) => {
  const w = studio()
  const { streamer: { streamerId } } = await w.add()
  t.match(await w.spend({ streamerId, minutes: 50 }), { streamer: { minutesUsed: 50 }, replayed: false })
  t.match(await w.spend({ streamerId, minutes: 50 }), { streamer: { minutesUsed: 50 }, replayed: true }, 'though only 10 are left')
  await t.rejects(w.spend({ streamerId, minutes: 50, broadcastId: 'live-8' }), { code: 'idempotency_key_reused' })
  await t.rejects(w.spend({ streamerId, minutes: 49 }), { code: 'idempotency_key_reused' })
  await t.rejects(w.spend({ streamerId, minutes: 11, key: 'spend-2' }), { code: 'insufficient_minutes' })
  await t.rejects(w.spend({ streamerId, minutes: 0.5, key: 'spend-2' }), { code: 'invalid_minutes' })
  t.match(await w.spend({ streamerId, key: 'spend-2' }), { streamer: { minutesUsed: 60 }, replayed: false }, 'a refusal leaves the key free')
  const { streamer: bora } = await w.add({ email: 'bora@example.com', key: 'key-2' })
  t.match(await w.spend({ streamerId: bora.streamerId }), { replayed: false }, 'a key belongs to one streamer')
  await addsUp(t, w.streamers, streamerId)
})

t.test('of 100 concurrent spends, as many take place as there are minutes for', async (t) => {
  const w = studio()
  const { streamer: { streamerId } } = await w.add()
  const { answers, codes } = await atOnce(Array.from({ length: 100 }, (_, index) => async () => await w.spend({ streamerId, minutes: 7, key: `spend-${index}` })))
  t.equal(answers.length, 8)
  t.same(codes, Array(92).fill('insufficient_minutes'))
  t.equal(minutesRemaining(await addsUp(t, w.streamers, streamerId)), 4)
})

t.test('streamers see and spend their own minutes, administrators those of all, and others find nothing', async (t) => {
  const w = studio()
  const { streamer: { streamerId } } = await w.add()
  await w.add({ email: 'bora@example.com', key: 'key-2' })
  const page = { streamerId, before: null, limit: 10 }
  const known: Caller[] = [admin, { userId: streamerId, admin: false }, { userId: 'ada', admin: false, verifiedEmail: 'ADA@example.com' }]
  for (const [index, caller] of known.entries()) {
    t.match(await w.getStreamerStatus({ caller, streamerId }), { minutesPurchased: 60 })
    t.ok((await w.listLedger({ caller, ...page })).items.length > 0)
    t.match(await w.spend({ caller, streamerId, key: `spend-${index}` }), { replayed: false })
  }
  const others: Caller[] = [stranger, { userId: null, admin: false }, { userId: 'ada@example.com', admin: false }, { userId: 'bora', admin: false, verifiedEmail: 'bora@example.com' }]
  for (const caller of others) {
    await t.rejects(w.getStreamerStatus({ caller, streamerId }), { code: 'not_found' })
    await t.rejects(w.listLedger({ caller, ...page }), { code: 'not_found' })
    await t.rejects(w.spend({ caller, streamerId, key: 'spend-0' }), { code: 'not_found' }, 'not even what was spent under the key')
  }
  await t.rejects(w.getStreamerStatus({ caller: admin, streamerId: 'str_none' }), { code: 'not_found' })
  await t.rejects(w.spend({ streamerId: 'str_none' }), { code: 'not_found' })
  t.match(await addsUp(t, w.streamers, streamerId), { minutesUsed: 30 })
})

t.test('a manual payment is not refunded, and no fact of a provider changes it', async (t) => {
  const w = studio()
  const { payment } = await w.add()
  const paymentId = String(payment?.paymentId)
  await t.rejects(w.refund({ paymentId, caller: admin }), { code: 'payment_not_refundable' })
  await t.rejects(w.refund({ paymentId, caller: { userId: String(payment?.userId), admin: false } }), { code: 'forbidden' })
  t.equal(await w.told(paymentId, { kind: 'refund', refundId: 're_1', status: 'succeeded' }), 'ignored')
  t.equal(await w.told(paymentId, { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 5_000 }), 'ignored')
  await w.told(null, success(String(payment?.providerReference)), 'evt_reference', payment?.providerReference)
  await t.rejects(w.handleWebhook({ provider: 'manual', headers: {}, body: new Uint8Array() }), { code: 'unknown_provider' })
  await t.rejects(w.process({ provider: 'manual' }), { code: 'unknown_provider' })
  t.same(await w.payments.find(paymentId), payment)
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
})

const CALLS = [1, 2, 3, 4]
const FAULTS: Fault[] = CALLS.flatMap((call) => [{ call, when: 'before' as const }, { call, when: 'after' as const }])

t.test('whichever call fails, before or after its effect, one key is one credit with one payment, and one spend', async (t) => {
  for (const first of FAULTS) {
    for (const second of FAULTS) {
      const w = studio()
      const live = async (run: () => Promise<{ replayed: boolean }>) => {
        for (const fault of [first, second]) {
          w.faults.plan(fault)
          const outcome = await run().then(() => null, (error: unknown) => (error as { code: string }).code)
          if ((fault.call <= w.faults.calls()) !== (outcome === 'store_unavailable')) throw new Error('a fault went unnoticed')
        }
        w.faults.plan(null)
        return await run()
      }
      await live(async () => await w.add())
      const { streamer: { streamerId } } = await w.add()
      t.match(await live(async () => await w.spend({ streamerId, minutes: 40 })), { streamer: { minutesPurchased: 60, minutesUsed: 40 } }, JSON.stringify([first, second]))
      t.match(await w.add(), { replayed: true, payment: { status: 'succeeded' }, streamer: { minutesUsed: 40 } })
      t.equal((await addsUp(t, w.streamers, streamerId)).version, 2)
      t.same(await eventTypes(w), ['payment.created', 'payment.succeeded'])
    }
  }
})
