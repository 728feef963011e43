import { foldEmail } from '#domain/fold.js'
import fc from 'fast-check'
import t from 'tap'
import { isManual, manualPayment } from '#domain/payments/settlement.js'
import { ENTRY_MINUTES_MAX, isStreamer, minutesRemaining, newStreamer, post, PURCHASED_MINUTES_MAX, type EntryDraft, type LedgerEntry, type Streamer } from '#domain/streamers/streamer.js'
import { laterBy } from '#domain/time.js'
import { aPayment, START } from '../../support/builders.js'

const EMPTY = newStreamer('str_1', 'ada@example.com', START)

function draft (kind: 'credit' | 'spend', minutes: number, entryId = 'led_1'): EntryDraft {
  return { entryId, kind, minutes, paymentId: null, broadcastId: null, note: null, fingerprint: 'fingerprint' }
}

const sum = (entries: readonly LedgerEntry[]) => entries.reduce((total, { kind, minutes }) => kind === 'credit' ? total + minutes : total - minutes, 0)

t.test('a credit and a spend move the minutes, and state what is left', async (t) => {
  const { streamer: rich, entry: credit } = post(EMPTY, { ...draft('credit', 60), paymentId: 'pay_1', note: 'by bank transfer' }, START)
  t.same(rich, { ...EMPTY, minutesPurchased: 60, version: 1 })
  t.same(credit, { ...draft('credit', 60), streamerId: 'str_1', paymentId: 'pay_1', note: 'by bank transfer', minutesRemaining: 60, createdAt: START })
  const later = laterBy(START, 5000)
  const { streamer, entry } = post(rich, { ...draft('spend', 60, 'led_2'), broadcastId: 'live-7' }, later)
  t.same(streamer, { ...rich, minutesUsed: 60, updatedAt: later, version: 2 })
  t.match(entry, { kind: 'spend', minutes: 60, minutesRemaining: 0, broadcastId: 'live-7', createdAt: later })
})

t.test('minutes are whole, cannot be overspent, and have an upper limit', async (t) => {
  const rich: Streamer = { ...EMPTY, minutesPurchased: 60, minutesUsed: 50 }
  t.throws(() => post(EMPTY, draft('spend', 1), START), { code: 'insufficient_minutes' })
  t.throws(() => post(rich, draft('spend', 11), START), { code: 'insufficient_minutes', message: 'only 10 minutes are left' })
  t.equal(minutesRemaining(post(rich, draft('spend', 10), START).streamer), 0)
  for (const minutes of [0, -1, 0.5, NaN, Infinity, ENTRY_MINUTES_MAX + 1, 2 ** 53]) {
    for (const kind of ['credit', 'spend'] as const) t.throws(() => post(rich, draft(kind, minutes), START), { code: 'invalid_minutes' }, `${kind} ${minutes}`)
  }
  const full: Streamer = { ...EMPTY, minutesPurchased: PURCHASED_MINUTES_MAX - ENTRY_MINUTES_MAX }
  const { streamer } = post(full, draft('credit', ENTRY_MINUTES_MAX), START)
  t.equal(streamer.minutesPurchased, PURCHASED_MINUTES_MAX)
  t.throws(() => post(streamer, draft('credit', 1), START), { code: 'minutes_limit_reached' })
})

t.test('the entries of any ledger add up to the minutes left, never go below zero, and have growing times', async () => {
  const step = fc.record({ kind: fc.constantFrom('credit', 'spend'), minutes: fc.integer({ min: 1, max: 50 }), clock: fc.integer({ min: -2, max: 2 }) })
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    let streamer = EMPTY
    const entries: LedgerEntry[] = []
    for (const { kind, minutes, clock } of steps) {
      const left = minutesRemaining(streamer)
      try {
        const posting = post(streamer, draft(kind, minutes, `led_${entries.length}`), laterBy(START, clock))
        streamer = posting.streamer
        entries.push(posting.entry)
      } catch (error) {
        if (kind === 'credit' || minutes <= left) throw error
      }
      if (minutesRemaining(streamer) < 0 || sum(entries) !== minutesRemaining(streamer) || streamer.version !== entries.length) return false
      if (entries.some((entry, index) => entry.minutesRemaining !== sum(entries.slice(0, index + 1)))) return false
      if (entries.some(({ createdAt }, index) => index > 0 && createdAt <= String(entries[index - 1]?.createdAt))) return false
    }
    return streamer.updatedAt === (entries.at(-1)?.createdAt ?? START)
  }))
})

t.test('an address is the same in upper and lower case, and differs from look-alikes', async (t) => {
  t.equal(foldEmail('Ada.Yilmaz@Example.COM'), 'ada.yilmaz@example.com')
  t.equal(foldEmail('\u212Aemal@example.com'), '\u212Aemal@example.com', 'the Kelvin sign is no k')
  t.equal(foldEmail('\u0130pek@example.com'), '\u0130pek@example.com')
})

t.test('a streamer is recognized by id or verified address, and by nothing else', async (t) => {
  const caller = { userId: 'ada', admin: false }
  t.equal(isStreamer(EMPTY, { ...caller, userId: 'str_1' }), true)
  t.equal(isStreamer(EMPTY, { ...caller, verifiedEmail: 'ADA@example.com' }), true)
  for (const other of [caller, { ...caller, userId: null }, { ...caller, userId: 'ada@example.com' }, { ...caller, verifiedEmail: 'bora@example.com' }, { ...caller, admin: true }]) {
    t.equal(isStreamer(EMPTY, other), false, JSON.stringify(other))
  }
})

t.test('a manual payment is created and captured in its first version, with the events of both', async (t) => {
  const { paymentId, provider, ...draft } = aPayment({ sellerId: null })
  const { payment, events } = manualPayment(draft, { paymentId, fingerprint: 'f', owner: 'lease_1', now: START })
  t.match(payment, {
    paymentId, provider: 'manual', status: 'succeeded', amount: 10_000, capturedAmount: 10_000, providerReference: 'order-1', version: 1, flags: [], createdAt: START, updatedAt: START,
    lease: { owner: 'lease_1', epoch: 1, until: null },
  })
  t.same(events.map(({ eventId, type, data: { previousStatus, status } }) => ({ eventId, type, previousStatus, status })), [
    { eventId: `${START}#${paymentId}#000001.000`, type: 'payment.created', previousStatus: null, status: 'pending' },
    { eventId: `${START}#${paymentId}#000001.001`, type: 'payment.succeeded', previousStatus: 'pending', status: 'succeeded' },
  ])
  t.equal(isManual(payment), true)
  t.equal(isManual(aPayment()), false)
})
