import type { Decision } from '#domain/payments/decision.js'
import { claimKeysOf, holdOf } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import { inDrain } from './durability-bugs.js'
import { instead, type PlantedBug } from './planted-bug.js'

/** A duplicate without a word about it. */
function unflagged ({ payment, events }: Decision): Decision {
  return { payment: { ...payment, flags: payment.flags.filter((flag) => flag !== 'duplicate_order'), causes: payment.causes.filter(({ flag }) => flag !== 'duplicate_order') }, events }
}

/** Bugs in the rule that an order is charged once. */
export const ORDER_BUGS: readonly PlantedBug[] = [
  {
    name: 'an order that is looked up before, and not claimed with the intent',
    ports: ({ payments }) => ({
      payments: instead(payments, {
        insert: async (decision, options) => {
          const { userId, paymentId } = decision.payment
          const { items } = await payments.listOfUser(userId, null, { before: null, limit: 100 })
          const isHolder = (other: Payment): boolean => claimKeysOf(other).some((key) => claimKeysOf(decision.payment).includes(key)) && holdOf(other) !== 'free'
          const isKnown = items.some((other) => other.paymentId === paymentId)
          const holder = isKnown || options?.isAnother === true ? undefined : items.find(isHolder)
          return holder === undefined ? await payments.insert(decision, { ...options, isAnother: true }) : { inserted: false, stored: holder }
        },
      }),
    }),
  },
  {
    name: 'an order that is freed while a charge of it is open',
    ports: ({ payments }) => ({
      payments: instead(payments, {
        insert: async (decision, options) => {
          const insertion = await payments.insert(decision, options)
          const { stored } = insertion
          if (stored.paymentId === decision.payment.paymentId || holdOf(stored) !== 'open') return insertion
          return await payments.insert(decision, { ...options, replaces: stored.paymentId })
        },
      }),
    }),
  },
  {
    name: 'a signed payment that does not see the unsigned one of its payer',
    ports: ({ payments }) => ({
      payments: instead(payments, {
        insert: async (decision, options) => {
          const insertion = await payments.insert(decision, options)
          return insertion.stored.orderSigned === decision.payment.orderSigned ? insertion : await payments.insert(decision, { ...options, isAnother: true })
        },
      }),
    }),
  },
  inDrain('a payment out of the journal whose order is claimed, without a flag', 'payments', (payments) => ({
    insert: async (decision, options) => await payments.insert(unflagged(decision), options),
  })),
]
