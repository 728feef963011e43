import { DAY_MS } from '#domain/time.js'
import type { ReportedFact } from '#domain/payments/payment-fact.js'
import { makeCompletePayments } from '#application/payments/complete-payments.js'
import { eachGateway, type PlantedBug } from './planted-bug.js'

const FAILED: ReportedFact & { readonly kind: 'failed' } = { kind: 'failed', reference: null, failure: { code: 'timeout', message: 'no answer' } }

/** The fact, as if the provider had taken what we asked for. */
function believed (fact: ReportedFact, amount: number, currency: string): ReportedFact {
  return fact.kind === 'succeeded' ? { ...fact, amount, currency } : fact
}

/** Bugs in how providers are asked, and in what is made of their answers. */
export const PROVIDER_BUGS: readonly PlantedBug[] = [
  { name: 'a new provider key for each try of a charge', providerKey: (reference, epoch) => reference.startsWith('pay_') ? `${reference}-${epoch}` : reference },
  { name: 'a new provider key for each try of a refund', providerKey: (reference, epoch) => reference.startsWith('re_') ? `${reference}-${epoch}` : reference },
  { name: 'a provider that is trusted to remember a key for ever', trustedKeyMs: Infinity },
  {
    name: 'a charge without an answer is a failure',
    ports: (ports) => ({
      gateways: eachGateway(ports, (gateway) => ({
        charge: async (request) => {
          const answer = await gateway.charge(request)
          return answer.kind === 'unknown' ? FAILED : answer
        },
      })),
    }),
  },
  {
    name: 'a charge without an answer is a success',
    ports: (ports) => ({
      gateways: eachGateway(ports, (gateway) => ({
        charge: async (request) => {
          const answer = await gateway.charge(request)
          const { paymentId, amount, currency } = request.payment
          return answer.kind === 'unknown' ? { kind: 'succeeded', reference: `guess-${paymentId}`, amount, currency } : answer
        },
      })),
    }),
  },
  {
    name: 'a refund without an answer is a failure',
    ports: (ports) => ({
      gateways: eachGateway(ports, (gateway) => ({
        refund: async (request) => {
          const answer = await gateway.refund(request)
          return answer.kind === 'unknown' ? { kind: 'failed' } : answer
        },
      })),
    }),
  },
  {
    name: 'a completer that takes silence for a failure',
    useCases: (_useCases, ports) => ({
      completePayments: makeCompletePayments({
        ...ports,
        abandonMs: DAY_MS,
        gateways: eachGateway(ports, (gateway) => ({
          lookup: async (payment) => {
            const answer = await gateway.lookup(payment)
            return answer.kind === 'found' ? answer : { kind: 'found', facts: [FAILED] }
          },
        })),
      }),
    }),
  },
  { name: 'a completer that never runs', useCases: () => ({ completePayments: async () => false }) },
  {
    name: 'a completer that takes what it has not found for never charged',
    useCases: (_useCases, ports) => ({
      completePayments: makeCompletePayments({
        ...ports,
        abandonMs: DAY_MS,
        gateways: eachGateway(ports, (gateway) => ({
          lookup: async (payment) => {
            const answer = await gateway.lookup(payment)
            return answer.kind === 'not_found' ? { kind: 'found', facts: [FAILED] } : answer
          },
        })),
      }),
    }),
  },
  {
    name: 'a provider that is taken for idempotent and is not',
    ports: (ports) => ({ gateways: eachGateway(ports, ({ capabilities }) => ({ capabilities: { ...capabilities, idempotent: true } })) }),
  },
  {
    name: 'an amount that is not compared',
    ports: (ports) => ({
      gateways: eachGateway(ports, (gateway) => ({
        charge: async (request) => {
          const answer = await gateway.charge(request)
          const { amount, currency } = request.payment
          return answer.kind === 'succeeded' ? { ...answer, amount, currency } : answer
        },
        lookup: async (payment) => {
          const answer = await gateway.lookup(payment)
          return answer.kind === 'found' ? { kind: 'found', facts: answer.facts.map((fact) => believed(fact, payment.amount, payment.currency)) } : answer
        },
      })),
    }),
  },
  {
    name: 'a charge that is sent before its intent is stored',
    ports: (ports) => ({
      payments: new Proxy(ports.payments, {
        get: (target, name) => name !== 'insert'
          ? Reflect.get(target, name, target) as unknown
          : async (decision: Parameters<typeof ports.payments.insert>[0]) => {
            const { payment } = decision
            const gateway = ports.gateways.find(({ provider }) => provider === payment.provider)
            await gateway?.charge({ payment, token: null, buyer: null, billingAddress: null, ip: '203.0.113.7', callbackUrl: 'https://api.example' })
            return await ports.payments.insert(decision)
          },
      }),
    }),
  },
]
