import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeSendMessage } from '#application/messages/send-message.js'
import { countingIdentity, settableClock } from '../../support/builders.js'
import { faultyPorts, type Fault } from '../../support/faulty-store.js'
import { Ledger } from './ledger.js'
import { allEvents, eventTypes, LEASE_OVER_MS, world } from '../../support/world.js'

/** More calls than any run makes. */
const CALLS = 6
const FAULTS: Fault[] = Array.from({ length: CALLS }, (_, index) => index + 1)
  .flatMap((call) => [{ call, when: 'before' as const }, { call, when: 'after' as const }])

/** The waits before the first follow-up of a payment, and before the second. */
const CHECK_DUE_MS = 300_000
const HOUR_MS = 3_600_000

/** All pairs of faults, with a provider that recognizes repeats and with one that does not. */
const STORIES = FAULTS.flatMap((first) => FAULTS.flatMap((second) => [true, false].map((idempotent) => ({ first, second, idempotent }))))

function faultyWorld (idempotent: boolean) {
  const ledger = new Ledger({ idempotent })
  const ports = faultyPorts()
  return { ...world({ gateways: [ledger], through: ports.wrap }), ledger, ports }
}

/** The code of the refusal, or null for an answer. Any other error fails the test. */
async function refusalOf (run: () => Promise<unknown>): Promise<string | null> {
  try {
    await run()
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'store_unavailable' || code === 'request_in_progress') return code
    throw error
  }
}

/** Runs with the first fault, again at once, after the lease with the second fault, and after another lease without a fault. */
async function live (w: ReturnType<typeof faultyWorld>, { first, second }: { first: Fault, second: Fault }, run: () => Promise<unknown>): Promise<void> {
  w.ports.plan(first)
  const refused = await refusalOf(run)
  if ((first.call <= w.ports.calls()) !== (refused === 'store_unavailable')) throw new Error('a fault went unnoticed')
  w.ports.plan(null)
  await refusalOf(run)
  w.time.advance(LEASE_OVER_MS)
  w.ports.plan(second)
  await refusalOf(run)
  w.time.advance(LEASE_OVER_MS)
  w.ports.plan(null)
  await run()
}

t.test('a payment takes three calls, and a refund four', async (t) => {
  const w = faultyWorld(true)
  w.ports.plan(null)
  const { payment } = await w.process()
  t.equal(w.ports.calls(), 3)
  w.ports.plan(null)
  await w.refund({ paymentId: payment.paymentId })
  t.equal(w.ports.calls(), 4)
})

t.test('every failed call fails the request', async (t) => {
  for (const fault of FAULTS) {
    const w = faultyWorld(true)
    w.ports.plan(fault)
    t.equal(await refusalOf(async () => await w.process()), fault.call <= 3 ? 'store_unavailable' : null, JSON.stringify(fault))
  }
})

t.test('whichever call fails, before or after its effect, one key is one payment and one charge', async (t) => {
  for (const story of STORIES) {
    const w = faultyWorld(story.idempotent)
    await live(w, story, async () => await w.process())
    const { items: [payment, ...others] } = await w.listPayments({ userId: 'ada', status: null, before: null, limit: 10 })
    const expected = w.ledger.charged.length === 1 ? 'succeeded' : 'pending'
    const outcome = { others: others.length, status: payment?.status, flags: payment?.flags, lease: payment?.lease.until, charges: w.ledger.charged.length }
    t.same(outcome, { others: 0, status: expected, flags: [], lease: null, charges: story.idempotent ? 1 : w.ledger.charged.length }, JSON.stringify(story))
    t.ok(w.ledger.charged.length <= 1, 'never charged twice')
    t.same(await eventTypes(w), expected === 'succeeded' ? ['payment.created', 'payment.succeeded'] : ['payment.created'])
  }
})

t.test('whichever call fails, before or after its effect, one key is one refund', async (t) => {
  for (const story of STORIES) {
    const w = faultyWorld(story.idempotent)
    w.ports.plan(null)
    const { payment: { paymentId } } = await w.process()
    await live(w, story, async () => await w.refund({ paymentId, amount: 4_000 }))
    const payment = await w.payments.find(paymentId)
    const made = w.ledger.refunded.length
    const outcome = { refunds: payment?.refunds.map(({ status, lease }) => ({ status, until: lease.until })), refundedAmount: payment?.refundedAmount, flags: payment?.flags, made }
    t.same(outcome, {
      refunds: [{ status: made === 1 ? 'succeeded' : 'pending', until: null }],
      refundedAmount: made * 4_000,
      flags: [],
      made: story.idempotent ? 1 : made,
    }, JSON.stringify(story))
    t.ok(made <= 1, 'never refunded twice')
    t.equal((await eventTypes(w)).filter((type) => type.startsWith('refund.')).length, 1 + made)
  }
})

t.test('whichever call of a follow-up fails, everything ends as it should, once and without a person', async (t) => {
  for (const story of STORIES) {
    const w = faultyWorld(story.idempotent)
    w.ports.plan(null)
    const { payment: { paymentId } } = await w.process()
    w.ports.plan({ call: 3, when: story.idempotent ? 'before' : 'after' })
    await refusalOf(async () => await w.refund({ paymentId, amount: 4_000 }))
    w.time.advance(CHECK_DUE_MS)
    for (const fault of [story.first, story.second, null]) {
      w.ports.plan(fault)
      await refusalOf(w.completePayments)
      w.time.advance(LEASE_OVER_MS)
    }
    // Unfinished follow-ups do not count, and the next after one that settled nothing is due in an hour.
    w.time.advance(HOUR_MS)
    await w.completePayments()
    const payment = await w.payments.find(paymentId)
    t.match(payment, { refundedAmount: 4_000, refunds: [{ status: 'succeeded', lease: { until: null } }], flags: [], followUp: null }, JSON.stringify(story))
    t.equal(w.ledger.refunded.length, 1, 'made once')
    t.equal((await eventTypes(w)).filter((type) => type === 'refund.succeeded').length, 1)
  }
})

t.test('a provider that does not recognize repeats gets no second charge, and is asked if it answers look-ups', async (t) => {
  const lost = faultyWorld(false)
  lost.ports.plan({ call: 2, when: 'before' })
  await refusalOf(async () => await lost.process())
  lost.ports.plan(null)
  lost.time.advance(LEASE_OVER_MS)
  t.match(await lost.process(), { payment: { status: 'pending', lease: { epoch: 2, until: null } } }, 'the call may be on its way still')
  t.same(lost.ledger.charged, [])

  const made = faultyWorld(false)
  made.ports.plan({ call: 2, when: 'after' })
  await refusalOf(async () => await made.process())
  made.ports.plan(null)
  made.time.advance(LEASE_OVER_MS)
  t.match(await made.process(), { payment: { status: 'succeeded' } })
  t.equal(made.ledger.charged.length, 1)
})

t.test('whichever call fails, before or after its effect, one key is one message', async (t) => {
  for (const fault of FAULTS.slice(0, 4)) {
    const stores = memoryStores()
    const ports = faultyPorts()
    const sendMessage = makeSendMessage({ messages: ports.wrap(stores.messages), identity: countingIdentity(), clock: settableClock().clock, isReachable: async () => true, firstMessagesPerDay: 0 })
    const send = async () => await sendMessage({ senderId: 'ada', receiverId: 'bora', message: 'merhaba', type: 'text', metadata: {}, key: 'k' })
    ports.plan(fault)
    t.equal(await refusalOf(send), fault.call === 1 ? 'store_unavailable' : null)
    t.equal(ports.calls(), 1)
    ports.plan(null)
    t.equal((await send()).replayed, !(fault.call === 1 && fault.when === 'before'), JSON.stringify(fault))
    const { items } = await stores.messages.listConversation('ada#bora', { before: null, limit: 10 })
    t.same([items.length, await stores.conversations.unreadTotal('bora'), (await allEvents(stores)).length], [1, 1, 1])
  }
})
