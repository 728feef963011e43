import { countedIn } from '#domain/payments/payment-stats.js'
import type { Effect } from '../effect.js'

/** Counts payments in the statistics. The event holds everything it needs. */
export const countPayments: Effect = {
  name: 'count-payments',
  wantsPayment: () => false,
  writes: (event) => {
    if (event.type === 'message.sent') return []
    const change = countedIn(event)
    return change === null ? [] : [{ kind: 'stats', ...change }]
  },
}
