import { decided, unchanged, type PaymentChange } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import { dayOf } from '#domain/time.js'
import type { Update, UpdateOptions } from '#application/ports/payment-store.js'
import { momentOf } from '../context.js'
import type { Ports } from '../use-cases.js'
import { instead, type PlantedBug } from './planted-bug.js'

const STALE_MS = 30_000
const FAR_AWAY = '2999-01-01T00:00:00.000Z'
const WINDOW_MS = 5 * 60_000

async function required ({ payments }: Ports, paymentId: string): Promise<Payment> {
  const payment = await payments.find(paymentId)
  if (payment === null) throw new DomainError('not_found', 'there is no such payment')
  return payment
}

/** Bugs in how payments are stored and found. */
export const PAYMENT_BUGS: readonly PlantedBug[] = [
  {
    name: 'an update without a condition',
    ports: (ports) => ({
      payments: instead(ports.payments, {
        update: async (paymentId: string, change: PaymentChange, options: UpdateOptions = {}): Promise<Update> => {
          const decision = change(await required(ports, paymentId))
          return await ports.payments.update(paymentId, () => decision, options)
        },
      }),
    }),
  },
  {
    name: 'a refund that is checked outside the condition',
    ports: (ports, context) => ({
      payments: instead(ports.payments, {
        update: async (paymentId: string, change: PaymentChange, options: UpdateOptions = {}): Promise<Update> => {
          const seen = await required(ports, paymentId)
          const wanted = change(seen).payment.refunds.filter(({ refundId }) => !seen.refunds.some((refund) => refund.refundId === refundId))
          if (wanted.length === 0) return await ports.payments.update(paymentId, change, options)
          return await ports.payments.update(paymentId, (current) => decided(current, { ...current, refunds: [...current.refunds, ...wanted] }, momentOf(context), []))
        },
      }),
    }),
  },
  {
    name: 'a write that is acknowledged though it failed',
    ports: (ports) => ({
      payments: instead(ports.payments, {
        update: async (paymentId: string, change: PaymentChange, options: UpdateOptions = {}): Promise<Update> => {
          const seen = await required(ports, paymentId)
          try {
            return await ports.payments.update(paymentId, change, options)
          } catch (error) {
            if (error instanceof DomainError && error.code === 'store_unavailable') return { ...change(seen), duplicate: false }
            throw error
          }
        },
      }),
    }),
  },
  {
    name: 'a read that is some seconds old',
    ports: (ports, { scheduler }) => {
      const seen = new Map<string, { payment: Payment, until: number }>()
      return {
        payments: instead(ports.payments, {
          find: async (paymentId: string): Promise<Payment | null> => {
            const known = seen.get(paymentId)
            if (known !== undefined && known.until > scheduler.now) return known.payment
            const payment = await ports.payments.find(paymentId)
            if (payment !== null) seen.set(paymentId, { payment, until: scheduler.now + STALE_MS })
            return payment
          },
        }),
      }
    },
  },
  {
    name: 'a repeat that makes a second payment',
    ports: ({ identity }) => ({
      identity: { ...identity, derived: (prefix, parts) => identity.derived(prefix, prefix === 'pay' ? [...parts, identity.random('try')] : parts) },
    }),
  },
  {
    name: 'a key that is forgotten after five minutes',
    ports: ({ identity }, { scheduler }) => ({
      identity: { ...identity, derived: (prefix, parts) => identity.derived(prefix, [...parts, String(Math.floor(scheduler.now / WINDOW_MS))]) },
    }),
  },
  {
    name: 'a key that is forgotten after a day',
    ports: ({ identity, clock }) => ({
      identity: { ...identity, derived: (prefix, parts) => identity.derived(prefix, [...parts, dayOf(clock())]) },
    }),
  },
  {
    name: 'two nodes that both charge',
    ports: ({ payments }) => ({
      payments: instead(payments, { insert: async (decision) => ({ ...await payments.insert(decision), inserted: true }) }),
    }),
  },
  {
    name: 'a key that is taken for any request',
    ports: ({ identity }) => ({ identity: { ...identity, fingerprint: () => 'the same for all' } }),
  },
  {
    name: 'a late success that is dropped',
    ports: ({ payments }) => ({
      payments: instead(payments, {
        update: async (paymentId, change, options) => await payments.update(paymentId,
          (current) => current.status === 'failed' || current.status === 'canceled' ? unchanged(current) : change(current), options),
      }),
    }),
  },
  {
    name: 'a failure that undoes a success',
    ports: ({ payments }, context) => ({
      payments: instead(payments, {
        update: async (paymentId, change, options) => await payments.update(paymentId, (current) => {
          const fact = options?.webhookEvent?.fact
          const isOld = fact !== null && fact !== undefined && fact !== 'ask' && fact.kind === 'failed' && current.status === 'succeeded'
          return isOld ? decided(current, { ...current, status: 'failed', capturedAmount: 0 }, momentOf(context), [{ type: 'payment.failed' }]) : change(current)
        }, options),
      }),
    }),
  },
  {
    name: 'a lease that the death of its owner does not end',
    ports: ({ payments }) => ({
      payments: instead(payments, {
        insert: async ({ payment, events }) => await payments.insert({ payment: { ...payment, lease: { ...payment.lease, until: FAR_AWAY } }, events }),
      }),
    }),
  },
  {
    name: 'a refund that is counted by its answer and by its webhook',
    ports: ({ payments }, context) => ({
      payments: instead(payments, {
        update: async (paymentId, change, options) => await payments.update(paymentId, (current) => {
          const fact = options?.webhookEvent?.fact
          if (fact === null || fact === undefined || fact === 'ask' || fact.kind !== 'refund' || fact.status !== 'succeeded') return change(current)
          const made = current.refunds.find(({ refundId, status }) => refundId === fact.refundId && status === 'succeeded')
          if (made === undefined) return change(current)
          return decided(current, { ...current, refundedAmount: current.refundedAmount + made.amount }, momentOf(context), [{ type: 'refund.succeeded', amount: made.amount }])
        }, options),
      }),
    }),
  },
  {
    name: 'a list of payments that skips one at each page',
    ports: ({ payments }) => ({
      payments: instead(payments, {
        listOfUser: async (userId, status, page) => {
          const { items, nextKey } = await payments.listOfUser(userId, status, page)
          return { items: nextKey === null ? items : items.slice(0, -1), nextKey }
        },
      }),
    }),
  },
]
