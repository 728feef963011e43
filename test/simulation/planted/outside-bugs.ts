import type { LookupAnswer, PaymentGateway } from '#application/ports/payment-gateway.js'
import { decided, unchanged } from '#domain/payments/decision.js'
import { isPayerDone } from '#domain/payments/follow-up.js'
import { takenStatus, type Payment } from '#domain/payments/payment.js'
import type { ReportedFact } from '#domain/payments/payment-fact.js'
import { momentOf } from '../context.js'
import { eachGateway, instead, type PlantedBug } from './planted-bug.js'
import { onRules, withoutFlag } from './rule-bugs.js'

/** Whatever a provider says is understood otherwise; what becomes null is not heard. */
function onWords (heard: (fact: ReportedFact, from: 'webhook' | 'lookup') => ReportedFact | null): (gateway: PaymentGateway) => Partial<PaymentGateway> {
  const inAnswer = (answer: LookupAnswer): LookupAnswer => answer.kind === 'found' ? { kind: 'found', facts: answer.facts.flatMap((fact) => heard(fact, 'lookup') ?? []) } : answer
  return (gateway) => ({
    lookup: async (payment) => inAnswer(await gateway.lookup(payment)),
    cancel: async (payment) => inAnswer(await gateway.cancel(payment)),
    verifyWebhook: (delivery) => {
      const webhook = gateway.verifyWebhook(delivery)
      const { fact } = webhook
      return fact === null || fact === 'ask' ? webhook : { ...webhook, fact: heard(fact, 'webhook') }
    },
  })
}

const isByHand = (fact: ReportedFact): fact is ReportedFact & { readonly kind: 'refund' } => fact.kind === 'refund' && fact.refundId === null

const isEnded = ({ status }: Payment['disputes'][number]): boolean => status === 'won' || status === 'lost'

/** Bugs in what is made of things that happen outside of our own calls. */
export const OUTSIDE_BUGS: readonly PlantedBug[] = [
  {
    name: 'an older word that opens the page again',
    ports: ({ payments }, context) => ({
      payments: instead(payments, {
        update: async (paymentId, change, options) => await payments.update(paymentId, (current) => {
          const fact = options?.webhookEvent?.fact
          if (fact === undefined || fact === null || fact === 'ask' || fact.kind !== 'requires_action' || !isPayerDone(current)) return change(current)
          return decided(current, { ...current, status: 'requires_action', nextAction: fact.nextAction }, momentOf(context), [{ type: 'payment.requires_action' }])
        }, options),
      }),
    }),
  },
  onRules('a payer who has done their part and is still asked', (change) => (current) => {
    const decision = change(current)
    return current.status === 'requires_action' && isPayerDone(decision.payment) ? unchanged(current) : decision
  }),
  { name: 'a refund in the dashboard that is not counted', ports: (ports) => ({ gateways: eachGateway(ports, onWords((fact) => isByHand(fact) ? null : fact)) }) },
  {
    name: 'a refund in the dashboard that is counted by its webhook and by a look-up',
    ports: (ports) => ({
      gateways: eachGateway(ports, onWords((fact, from) => isByHand(fact) && from === 'webhook' ? { ...fact, reference: `${fact.reference} once more` } : fact)),
    }),
  },
  onRules('a refund in the dashboard that failed, and still counts', (change) => (current) => {
    const decision = change(current)
    const isTakenBack = current.refunds.some(({ origin, status, refundId }) => origin === 'provider' && status === 'succeeded' &&
      decision.payment.refunds.some((refund) => refund.refundId === refundId && refund.status === 'failed'))
    return isTakenBack ? unchanged(current) : decision
  }),
  onRules('a dispute whose reopening is lost', (change) => (current) => {
    const { payment, events } = change(current)
    const kept = payment.disputes.map((dispute) => current.disputes.find(({ disputeId, ...known }) => disputeId === dispute.disputeId && isEnded({ disputeId, ...known })) ?? dispute)
    const isKept = kept.every((dispute, index) => dispute === payment.disputes[index])
    return isKept ? { payment, events } : { payment: { ...payment, disputes: kept, status: takenStatus({ ...payment, disputes: kept }) }, events }
  }),
  onRules('a dispute of a second charge that counts against the payment', (change) => (current) => {
    const { payment, events } = change(current)
    const disputes = payment.disputes.map((dispute) => ({ ...dispute, charge: null }))
    return payment.disputes.every(({ charge }) => charge === null) ? { payment, events } : { payment: { ...payment, disputes, status: takenStatus({ ...payment, disputes }) }, events }
  }),
  onRules('another amount that counts as captured', (change) => (current) => {
    const { payment, events } = change(current)
    return payment.taken === null || payment.capturedAmount > 0 ? { payment, events } : { payment: { ...payment, capturedAmount: payment.amount, status: 'succeeded' }, events }
  }),
  onRules('a surcharge that is not kept', (change) => (current) => {
    const { payment, events } = change(current)
    return payment === current || payment.taken === null ? { payment, events } : { payment: { ...payment, taken: { ...payment.taken, amount: payment.amount } }, events }
  }),
  onRules('more that was given back than was taken, without a flag', withoutFlag('over_refunded')),
  {
    name: 'a cancel that believes itself without the word of the provider',
    ports: (ports) => ({
      gateways: eachGateway(ports, (gateway) => ({
        cancel: async (payment) => {
          const answer = await gateway.cancel(payment)
          return answer.kind === 'found' ? answer : { kind: 'found', facts: [{ kind: 'canceled', reference: null }] }
        },
      })),
    }),
  },
]
