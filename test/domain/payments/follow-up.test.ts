import t from 'tap'
import { byDueAt, followUpOf, FOLLOW_UPS_MAX, firstFollowUp, isOpen } from '#domain/payments/follow-up.js'
import { decided, unchanged } from '#domain/payments/decision.js'
import { concludeOpen, takeCharge, takeOpen, takeRefund } from '#domain/payments/lease.js'
import { CAUSES_MAX } from '#domain/payments/flag.js'
import { PAYMENT_STATUSES, type Payment } from '#domain/payments/payment.js'
import { settle, settleAll } from '#domain/payments/settlement.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { aCapturedPayment, aCause, aPayment, aRefund, START } from '../../support/builders.js'

const LATER = laterBy(START, 300_000)
const claim = { owner: 'lease_9', until: laterBy(LATER, 60_000), now: LATER }
const success = { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' } as const

t.test('a payment is open while its charge or a refund waits for the provider', async (t) => {
  for (const status of PAYMENT_STATUSES) t.equal(isOpen(aPayment({ status })), ['pending', 'requires_action'].includes(status), status)
  for (const status of ['pending', 'succeeded', 'failed'] as const) {
    t.equal(isOpen(aCapturedPayment({ refunds: [aRefund({ status: 'failed' }), aRefund({ refundId: 're_2', status })] })), status === 'pending', status)
  }
})

t.test('every change leaves an open payment with a follow-up, and a final one without', async (t) => {
  const open = aPayment()
  t.match(decided(open, open, LATER, []).payment.followUp, open.followUp)
  t.match(decided(open, { ...open, followUp: null }, LATER, []).payment.followUp, { tries: 0, dueAt: laterBy(LATER, 300_000) }, 'a row of before gets one')
  t.equal(decided(open, { ...open, followUp: null, flags: ['outcome_unknown'] }, LATER, []).payment.followUp, null)
  t.equal(settle(open, success, LATER).payment.followUp, null)
  t.equal(followUpOf(aCapturedPayment({ followUp: firstFollowUp(START) }), START), null)
})

t.test('taking over a charge or a refund begins its follow-ups again', async (t) => {
  const given = aPayment({ followUp: null, flags: ['outcome_unknown'] })
  t.match(takeCharge(given, claim).payment, { lease: { owner: 'lease_9' }, followUp: firstFollowUp(LATER) })
  const refunding = aCapturedPayment({ followUp: null, refunds: [aRefund()] })
  t.match(takeRefund(refunding, 're_1', claim).payment, { followUp: firstFollowUp(LATER) })
})

t.test('payments that have been due longest come first', async (t) => {
  const [early, late] = [aPayment({ followUp: firstFollowUp(START) }), aPayment({ followUp: firstFollowUp(LATER) })]
  t.same([late, early].sort(byDueAt), [early, late])
  t.same([early, late].sort(byDueAt), [early, late])
})

t.test('a follow-up takes all free leases of a due payment at once, and no others', async (t) => {
  const soon = { ...claim, now: laterBy(LATER, -1) }
  t.equal(takeOpen(aPayment(), soon, 'due').payment.version, 1)
  t.match(takeOpen(aPayment(), soon, 'now').payment, { lease: { owner: 'lease_9', epoch: 2 }, followUp: aPayment().followUp })
  t.match(takeOpen(aPayment(), claim, 'due').payment, { version: 2, lease: { owner: 'lease_9', epoch: 2, until: claim.until }, followUp: { tries: 0, dueAt: claim.until } })
  const leased = aPayment({ lease: { owner: 'lease_1', epoch: 1, until: laterBy(LATER, 1) } })
  t.equal(takeOpen(leased, claim, 'due').payment, leased)
  const busy = aRefund({ refundId: 're_2', lease: { owner: 'lease_3', epoch: 5, until: laterBy(LATER, 1) } })
  const refunds = [aRefund(), busy, aRefund({ refundId: 're_3', status: 'succeeded' })]
  t.match(takeOpen(aCapturedPayment({ refunds }), claim, 'due').payment, {
    lease: { owner: 'lease_1', epoch: 1 },
    refunds: [{ lease: { owner: 'lease_9', epoch: 2 } }, { lease: busy.lease }, { lease: { owner: 'lease_2', epoch: 1 } }],
  })
  const final = aCapturedPayment({ followUp: firstFollowUp(START) })
  t.equal(takeOpen(final, claim, 'now').payment, final)
  const flagged = aPayment({ followUp: null, flags: ['outcome_unknown'] })
  t.equal(takeOpen(flagged, claim, 'due').payment, flagged, 'its checks are used up')
  t.match(takeOpen(flagged, claim, 'now').payment, { followUp: null, lease: { owner: 'lease_9' } })
})

t.test('the last follow-up that settles nothing flags the payment, once and in one change with its facts', async (t) => {
  const taken = takeOpen(aPayment({ followUp: { tries: FOLLOW_UPS_MAX - 1, dueAt: LATER } }), claim, 'due').payment
  const { payment, events } = concludeOpen(taken, settleAll(taken, [{ kind: 'processing', reference: 'ref-1' }], LATER), 'lease_9', 'due', LATER, DAY_MS)
  t.match(payment, { version: 3, providerReference: 'ref-1', flags: ['outcome_unknown'], followUp: null, lease: { until: null } })
  t.same(events.map(({ type }) => type), ['payment.processing', 'payment.flagged'])
  t.equal(new Set(events.map(({ eventId }) => eventId)).size, 2)
  const again = takeOpen({ ...payment, followUp: { tries: FOLLOW_UPS_MAX - 1, dueAt: LATER } }, claim, 'due').payment
  t.match(concludeOpen(again, unchanged(again), 'lease_9', 'due', LATER, DAY_MS), { payment: { flags: ['outcome_unknown'], followUp: null }, events: [] })
  const nowhere = { ...takeOpen(aPayment(), claim, 'due').payment, followUp: null }
  t.match(concludeOpen(nowhere, unchanged(nowhere), 'lease_9', 'due', LATER, DAY_MS).payment.followUp, { tries: 1 }, 'a check that was lost meanwhile')
})

t.test('a voucher is asked about each day until some days after its end', async (t) => {
  const voucher = { type: 'voucher', url: 'https://pay.example/voucher' } as const
  const printed = (expiresAt?: string) => settle(aPayment(), { kind: 'processing', reference: 'ref-1', nextAction: { ...voucher, ...(expiresAt !== undefined && { expiresAt }) } }, START).payment
  const asked = (payment: Payment, abandonMs = DAY_MS) => {
    let [current, now, times] = [payment, LATER, 0]
    for (; current.followUp !== null; times++) {
      now = current.followUp.dueAt
      const taken = takeOpen(current, { owner: 'job', until: laterBy(now, 60_000), now }, 'due').payment
      current = concludeOpen(taken, unchanged(taken), 'job', 'due', now, abandonMs).payment
    }
    return { flags: current.flags, days: Math.floor((Date.parse(now) - Date.parse(START)) / DAY_MS), times }
  }
  t.same(asked(printed()), { flags: ['outcome_unknown'], days: 5, times: FOLLOW_UPS_MAX })
  t.same(asked(printed(laterBy(START, 3 * DAY_MS))), { flags: ['outcome_unknown'], days: 6, times: FOLLOW_UPS_MAX + 1 })
  t.same(asked(printed(laterBy(START, 30 * DAY_MS))), { flags: ['outcome_unknown'], days: 33, times: FOLLOW_UPS_MAX + 28 })
  t.match(asked(aPayment({ status: 'requires_action', nextAction: { ...voucher, type: 'redirect', expiresAt: laterBy(START, 30 * DAY_MS) } })), { days: 6 }, 'a page')
  t.match(asked(aPayment(), 5 * DAY_MS), { days: 6, times: FOLLOW_UPS_MAX + 1 }, 'a page that is offered for five days is asked about at its end')
})

t.test('each refund whose outcome stays unknown is a cause, and each cause an event', async (t) => {
  const refunding = aCapturedPayment({ refunds: [aRefund({ amount: 1_000 }), aRefund({ refundId: 're_2', amount: 2_000 })], followUp: { tries: FOLLOW_UPS_MAX - 1, dueAt: LATER } })
  const flaggedOf = (payment: Payment) => {
    const taken = takeOpen(payment, claim, 'due').payment
    return concludeOpen(taken, unchanged(taken), 'lease_9', 'due', LATER, DAY_MS)
  }
  const { payment, events } = flaggedOf(refunding)
  t.match(payment.causes, [{ reference: 're_1', amount: 1_000 }, { reference: 're_2', amount: 2_000 }])
  t.match(events, [{ type: 'payment.flagged', data: { amount: 1_000 } }, { type: 'payment.flagged', data: { amount: 2_000 } }])
  t.equal(events.length, 2)
  const full = { ...refunding, causes: Array.from({ length: CAUSES_MAX }, (_, index) => aCause({ flag: 'late_success', reference: `ref-${index}` })) }
  t.match(flaggedOf(full), { payment: { flags: ['outcome_unknown'], causes: full.causes }, events: [{ type: 'payment.flagged' }] }, 'a flag without room for its cause')
  t.equal(flaggedOf(full).events.length, 1)
})

t.test('an owner that lost its lease records its facts and nothing else', async (t) => {
  const taken = takeOpen(aPayment(), claim, 'due').payment
  t.equal(concludeOpen(taken, unchanged(taken), 'lease_1', 'due', LATER, DAY_MS).payment, taken)
  t.match(concludeOpen(taken, settle(taken, success, LATER), 'lease_1', 'due', LATER, DAY_MS).payment, { status: 'succeeded', lease: { owner: 'lease_9', until: claim.until } })
})
