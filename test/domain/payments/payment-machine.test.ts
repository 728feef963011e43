import fc from 'fast-check'
import t from 'tap'
import type { Decision } from '#domain/payments/decision.js'
import { takeCharge, takeRefund } from '#domain/payments/lease.js'
import { isPayerDone } from '#domain/payments/follow-up.js'
import { isCaptured, isTaken, takenAmount, type Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { isRefusedByProvider } from '#domain/payments/refusal.js'
import { isGuessedFailure, reservedAmount } from '#domain/payments/refund.js'
import { isEarly, settle, settleAll } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aPayment, aRefund, START } from '../../support/builders.js'
import { facts, histories, moments, mayBecome, must, refundIds, walk, type Action } from './histories.js'

/** A property of every step of every history. */
function always (look: (before: Payment, decision: Decision, action: Action) => void): void {
  fc.assert(fc.property(histories, ([start, history]) => { walk(start, history, look) }), { numRuns: 1500 })
}

const sum = (amounts: number[]): number => amounts.reduce((total, amount) => total + amount, 0)

const own = ({ refunds }: Payment) => refunds.filter(({ charge }) => charge === null)

t.test('the refunded amount is the sum of the refunds, and only what others gave back exceeds what was taken, which is flagged', async () => {
  always((before, { payment }, { name }) => {
    must(payment.refundedAmount === sum(own(payment).filter(({ status }) => status === 'succeeded').map(({ amount }) => amount)), 'the sum is off')
    must(payment.refunds.every(({ amount }) => Number.isSafeInteger(amount) && amount > 0), 'a refund is no amount')
    const given = payment.refundedAmount + reservedAmount(payment)
    if (payment.refunds.every(({ origin }) => origin === 'service') && !payment.flags.some((flag) => ['amount_mismatch', 'refund_failed'].includes(flag))) must(given <= takenAmount(payment), 'too much is given back')
    if (name.startsWith('reserve') && before.refunds.length < payment.refunds.length) must(given <= takenAmount(payment), 'a request gave back too much')
    if (payment.refundedAmount > takenAmount(payment)) must(payment.flags.includes('over_refunded'), 'a person is not told of it')
  })
})

t.test('money that was captured stays captured, all of it and under its first reference', async () => {
  always((before, { payment }) => {
    must([0, payment.amount].includes(payment.capturedAmount), 'captured in part')
    must(payment.amount === before.amount && payment.currency === before.currency, 'the price changed')
    if (isTaken(before)) must(isTaken(payment), 'money that was taken is gone')
    if (!isCaptured(before)) return
    must(isCaptured(payment), 'captured money is gone')
    must(payment.providerReference === before.providerReference, 'the reference changed')
  })
})

t.test('the status says whether money was captured, and only a payment that waits for its payer or for a voucher has a next action', async () => {
  always((_, { payment }) => {
    const isOther = payment.taken !== null && !isCaptured(payment)
    if (isOther) must(['pending', 'refunded', 'disputed'].includes(payment.status), `another amount is ${payment.status}`)
    else must(isCaptured(payment) === ['succeeded', 'partially_refunded', 'refunded', 'disputed'].includes(payment.status), payment.status)
    must(payment.status !== 'refunded' || payment.refundedAmount >= takenAmount(payment), 'refunded without its amount')
    must((payment.status === 'disputed') === payment.disputes.some(({ status, charge }) => charge === null && (status === 'open' || status === 'lost')), 'the dispute does not show')
    const asks = payment.status === 'requires_action' || payment.nextAction?.type === 'voucher'
    must((payment.nextAction !== null) === asks, 'a next action out of place')
    must((payment.failure !== null) === (payment.status === 'failed' || isRefusedByProvider(payment)), 'a failure out of place')
  })
})

t.test('once money was taken or is on its way, the payer is not asked to act, until the provider says that it failed', async () => {
  always((before, { payment }) => {
    if (!isTaken(before) && !isPayerDone(before)) return
    must(payment.status !== 'requires_action' && payment.nextAction?.type !== 'redirect', 'an older word reopened the page')
  })
})

t.test('only the right amount in the right currency captures, with a surcharge only for installments that were offered', async () => {
  always((before, { payment }, { fact }) => {
    if (fact === null || isCaptured(before) || !isCaptured(payment)) return
    must(fact.kind === 'succeeded' && fact.amount === before.amount && fact.currency === before.currency && (fact.charged ?? fact.amount) === before.amount, 'captured by something else')
  })
})

t.test('another amount is taken, flagged and not captured', async () => {
  always((before, { payment }, { fact }) => {
    if (fact?.kind !== 'succeeded' || isTaken(before) || isCaptured(payment)) return
    must(payment.taken?.amount === (fact.charged ?? fact.amount) && payment.taken.reference === fact.reference, 'what was taken is not kept')
    must(payment.status === 'pending' && payment.flags.includes('amount_mismatch'), 'a person is not told')
  })
})

t.test('a failed or canceled payment changes its status only by late money, which is flagged', async () => {
  always((before, { payment, events }) => {
    if (before.status !== 'failed' && before.status !== 'canceled') return
    if (payment.status === before.status) return
    must(isTaken(payment), `${before.status} became ${payment.status}`)
    must(payment.flags.includes('late_success') && events.some(({ type }) => type === 'payment.flagged'), 'the late money is not flagged')
  })
})

t.test('no captured payment goes back to waiting, failing or being canceled', async () => {
  always((before, { payment }) => must(!isCaptured(before) || !['pending', 'requires_action', 'failed', 'canceled'].includes(payment.status), `${before.status} became ${payment.status}`))
})

t.test('a refund that failed by a word of the provider stays failed, a closed dispute opens only by a later word, a flag stays raised, and no entry is lost', async () => {
  always((before, { payment }) => {
    for (const refund of before.refunds) {
      const now = payment.refunds.find(({ refundId }) => refundId === refund.refundId)
      must(now?.amount === refund.amount, 'a refund is lost or changed')
      must(refund.status !== 'failed' || now?.status === 'failed' || isGuessedFailure(refund), 'a failed refund came back')
      must(refund.status !== 'succeeded' || now?.status !== 'pending', 'a refund is pending again')
    }
    for (const dispute of before.disputes) {
      const now = payment.disputes.find(({ disputeId }) => disputeId === dispute.disputeId)
      must(now !== undefined && mayBecome(dispute, now), 'an older word changed a closed dispute')
    }
    must(before.flags.every((flag) => payment.flags.includes(flag)), 'a flag went away')
    must(payment.causes.every(({ flag }) => payment.flags.includes(flag)), 'a cause without its flag')
    for (const ids of [payment.refunds.map(({ refundId }) => refundId), payment.disputes.map(({ disputeId }) => disputeId), payment.flags, payment.causes.map(({ at, ...cause }) => JSON.stringify(cause))]) {
      must(new Set<string>(ids).size === ids.length, 'an entry is there twice')
    }
  })
})

t.test('each new cause is an event, and each such event a cause', async () => {
  always((before, { payment, events }) => {
    must(events.filter(({ type }) => type === 'payment.flagged').length === payment.causes.length - before.causes.length, 'causes and events differ')
  })
})

t.test('each stored change is one version, and no change is the same payment without an event', async () => {
  always((before, { payment, events }) => {
    if (payment === before) return must(events.length === 0, 'an event of nothing')
    must(payment.version === before.version + 1, `version ${before.version} became ${payment.version}`)
    must(payment.updatedAt >= before.updatedAt, 'time ran backwards')
  })
})

t.test('the events of a change lead from the status before to the status after, without a gap', async () => {
  always((before, { payment, events }) => {
    must(payment.status === before.status || events.length > 0, 'a change of status without an event')
    const countedRefunds = ({ taken, capturedAmount, currency, refundedAmount: given }: Payment): number => capturedAmount > 0 && (taken ?? { currency }).currency === currency ? given : 0
    let { status } = before
    let refundedAmount = countedRefunds(before)
    for (const { data } of events) {
      must(data.previousStatus === status, `from ${data.previousStatus}, but it was ${status}`)
      status = data.status
      refundedAmount += data.refundedDelta
    }
    must(status === payment.status, 'the last event has another status')
    must(refundedAmount === countedRefunds(payment), 'the events refund another amount')
  })
})

t.test('event ids are unique and sort in the order of the events', async () => {
  fc.assert(fc.property(histories, ([start, history]) => {
    const ids: string[] = []
    walk(start, history, (_, { events }) => ids.push(...events.map(({ eventId }) => eventId)))
    return ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''))
  }), { numRuns: 1000 })
})

t.test('the same fact twice changes nothing the second time', async () => {
  fc.assert(fc.property(histories, facts, moments, moments, ([start, history], fact, now, again) => {
    const { payment } = settle(walk(start, history, () => {}), fact, now)
    return settle(payment, fact, again).payment === payment
  }), { numRuns: 1500 })
})

t.test('taking over a lease twice changes nothing the second time', async () => {
  fc.assert(fc.property(histories, refundIds, moments, ([start, history], refundId, now) => {
    const claim = { owner: 'lease_9', until: laterBy(now, 60_000), now }
    const reached = walk(start, history, () => {})
    const charge = takeCharge(reached, claim).payment
    const refund = takeRefund(reached, refundId, claim).payment
    return takeCharge(charge, { ...claim, owner: 'lease_8' }).payment === charge && takeRefund(refund, refundId, { ...claim, owner: 'lease_8' }).payment === refund
  }), { numRuns: 500 })
})

t.test('facts applied at once lead to the same payment as one by one, in a single version', async () => {
  fc.assert(fc.property(histories, fc.array(facts, { maxLength: 8 }), moments, ([start, history], told, now) => {
    const before = walk(start, history, () => {})
    const atOnce = settleAll(before, told, now)
    const types: string[] = []
    let payment = before
    for (const fact of told) {
      const decision = settle(payment, fact, now)
      types.push(...decision.events.map(({ type }) => type))
      payment = decision.payment
    }
    const version = payment === before ? before.version : before.version + 1
    return JSON.stringify(atOnce.payment) === JSON.stringify({ ...payment, version }) && JSON.stringify(atOnce.events.map(({ type }) => type)) === JSON.stringify(types)
  }), { numRuns: 1000 })
})

/** Applies facts in their order. Early ones are kept, and tried again after each one that is applied. */
function arrive (start: Payment, order: readonly PaymentFact[]): Payment {
  let payment = start
  let waiting: PaymentFact[] = []
  for (const fact of order) {
    waiting.push(fact)
    for (let ready = waiting.filter(isReady); ready.length > 0; ready = waiting.filter(isReady)) {
      waiting = waiting.filter((other) => !ready.includes(other))
      payment = ready.reduce((current, other) => settle(current, other, START).payment, payment)
    }
  }
  must(waiting.length === 0, 'something waits for ever')
  return payment

  function isReady (fact: PaymentFact): boolean {
    return !isEarly(payment, fact)
  }
}

/** The state of a payment, without the traces of its history: versions, leases, and the flags of contradictions. */
function standing ({ status, capturedAmount, refundedAmount, providerReference, nextAction, failure, refunds, disputes, flags }: Payment): string {
  return JSON.stringify({
    status, capturedAmount, refundedAmount, providerReference, nextAction, failure,
    refunds: refunds.map((refund) => `${refund.refundId} ${refund.status}`).sort(),
    disputes: disputes.map((dispute) => `${dispute.disputeId} ${dispute.status}`).sort(),
    flags: flags.filter((flag) => flag !== 'late_success' && flag !== 'refund_failed').sort(),
  })
}

const success: PaymentFact = { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }
const around: PaymentFact[] = [
  success,
  { ...success, amount: 1 },
  { kind: 'processing', reference: 'ref-1' },
  { kind: 'requires_action', reference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example/3ds' } },
  { kind: 'failed', reference: 'ref-1', failure: { code: 'declined', message: 'no' } },
  { kind: 'refund', refundId: 're_1', status: 'succeeded' },
  { kind: 'refund', refundId: 're_2', status: 'failed' },
  ...['re_3', 're_4'].map((refundId) => ({ kind: 'refund', refundId, status: 'succeeded' }) as const),
  { kind: 'refund', refundId: 're_3', status: 'failed' },
  { kind: 'refund', refundId: 're_4', status: 'failed', failure: { code: 'not_made', message: 'its report does not show it' } },
  { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 10_000 },
  { kind: 'dispute', disputeId: 'dp_1', status: 'won', amount: 10_000 },
  { kind: 'dispute', disputeId: 'dp_2', status: 'open', amount: 5_000 },
]

/** Some of these facts, some of them twice, in two orders. The success is always among them. */
const twoOrders = fc.subarray(around).chain((some) => {
  const told = [success, ...some]
  const shuffled = fc.shuffledSubarray([...told, ...some], { minLength: told.length + some.length })
  return fc.tuple(shuffled, shuffled)
})

t.test('the same facts lead to the same payment in every order, when early ones are tried again', async () => {
  const refunds = ['re_1', 're_2', 're_3', 're_4'].map((refundId) => aRefund({ refundId, amount: 2_000 }))
  fc.assert(fc.property(fc.constantFrom(aPayment(), aPayment({ status: 'canceled' }), aCapturedPayment({ refunds })), twoOrders, (start, [one, other]) =>
    standing(arrive(start, one)) === standing(arrive(start, other))), { numRuns: 2000 })
})

t.test('a success is kept after any other fact, and flagged after a final one', async () => {
  fc.assert(fc.property(fc.shuffledSubarray(around.filter((fact) => fact !== success)), (before) => {
    const reached = before.filter((fact) => !isEarly(aPayment(), fact)).reduce((payment, fact) => settle(payment, fact, START).payment, aPayment())
    const { payment } = settle(reached, success, START)
    return isCaptured(payment) && payment.flags.includes('late_success') === (reached.status === 'failed' || reached.flags.includes('late_success'))
  }))
})
