import { readFileSync } from 'node:fs'
import t from 'tap'
import { followUpAfter, firstFollowUp } from '#domain/payments/follow-up.js'
import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { resolveFlag } from '#domain/payments/resolution.js'
import { settle } from '#domain/payments/settlement.js'
import { isWaiting, triedEvent, waitingEvent, type WebhookEvent } from '#domain/payments/webhook-event.js'
import { aPayment, START } from './support/builders.js'

const HANDBOOK = readFileSync('docs/payments.md', 'utf8')

const FACTS: readonly PaymentFact[] = [
  { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' },
  { kind: 'requires_action', reference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example/3ds' } },
  { kind: 'succeeded', reference: 'ref-1', amount: 10_690, currency: 'TRY' },
  { kind: 'processing', reference: 'ref-1' },
  { kind: 'failed', reference: 'ref-1', failure: { code: 'declined', message: 'no' } },
  { kind: 'canceled', reference: 'ref-1' },
  ...['re_part', 're_rest'].flatMap((refundId) => (['succeeded', 'failed'] as const).map((status) => ({ kind: 'refund', refundId, status }) as const)),
  ...(['open', 'won', 'lost'] as const).map((status) => ({ kind: 'dispute', disputeId: 'dp_1', status, amount: 10_000 }) as const),
]

/** All that may come of a payment in one step: each word of a provider, a refund of a part or of the rest, and the acceptance of another amount. */
function nexts (payment: Payment): Payment[] {
  const reserved = [['re_part', 4_000], ['re_rest', null]].flatMap(([refundId, amount]) => reserve(payment, refundId as string, amount as number | null))
  const accepted = payment.flags.includes('amount_mismatch') ? [resolveFlag(payment, 'amount_mismatch', 'accept', START).payment] : []
  return [...FACTS.map((fact) => settle(payment, fact, START).payment), ...reserved, ...accepted]
}

function reserve (payment: Payment, refundId: string, amount: number | null): Payment[] {
  if (payment.refunds.some((refund) => refund.refundId === refundId)) return []
  try {
    return [reserveRefund(payment, { refundId, amount, reason: null, fingerprint: 'print', owner: 'lease_1', until: START }, START).payment]
  } catch (error) {
    if (error instanceof DomainError) return []
    throw error
  }
}

/** What decides over what may come next. */
function standing ({ status, capturedAmount, taken, refunds, disputes }: Payment): string {
  return JSON.stringify([status, capturedAmount, taken, refunds.map((refund) => [refund.refundId, refund.amount, refund.status]), disputes])
}

t.test('the diagram has every way from one status to another that a payment can go, and no other', async (t) => {
  const drawn = HANDBOOK.matchAll(/^ {2}(\w+) --> (\w+)/gm).map(([, from = '', to = '']) => `${from} ${to}`).toArray()
  const ways = new Set<string>()
  const seen = new Set<string>()
  const open = [aPayment()]
  for (let payment = open.pop(); payment !== undefined; payment = open.pop()) {
    for (const next of nexts(payment)) {
      if (next.status !== payment.status) ways.add(`${payment.status} ${next.status}`)
      if (!seen.has(standing(next))) open.push(next)
      seen.add(standing(next))
    }
  }
  t.strictSame(drawn.toSorted(), [...ways].sort())
})

t.test('the handbook tells the schedules by which providers are asked and events are tried again', async (t) => {
  const told = HANDBOOK.matchAll(/^ {4}(\d+ min · .+)$/gm).map(([, line]) => line).toArray()
  t.strictSame(told, [checkWaits(), eventWaits()].map((waits) => waits.map(inWords).join(' · ')))
})

const since = (moment: string): number => (Date.parse(moment) - Date.parse(START)) / 60_000

function checkWaits (): number[] {
  const waits: number[] = []
  for (let check: ReturnType<typeof followUpAfter> = firstFollowUp(START); check !== null; check = followUpAfter(check, START)) waits.push(since(check.dueAt))
  return waits
}

function eventWaits (): number[] {
  const waits: number[] = []
  let event: WebhookEvent = waitingEvent({
    eventKey: 'scripted#evt_1', provider: 'scripted', type: 'x', state: 'ignored', reason: null, tries: 0, paymentId: null, providerReference: null, fact: null, digest: '', receivedAt: START, dueAt: null,
  }, 'too_early', START)
  while (isWaiting(event)) {
    waits.push(since(event.dueAt))
    event = triedEvent(event, 'too_early', START)
  }
  return waits
}

function inWords (minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  return minutes < 24 * 60 ? `${minutes / 60} h` : `${minutes / 60 / 24} d`
}
