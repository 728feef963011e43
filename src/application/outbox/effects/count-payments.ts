import { dayOf } from '#domain/time.js'
import { countedIn } from '#domain/payments/payment-stats.js'
import { isPaymentEvent } from '../../ports/outbox-store.js'
import { BY_CREATION } from '../../ports/read-models.js'
import { isCounting, slicesOf } from '../count-older.js'
import type { Effect } from '../effect.js'

/** Counts payments in the statistics, by the day of their creation and by the time of the change. The event holds everything it needs. */
export const countPayments: Effect = {
  name: 'count-payments',
  wantsPayment: () => false,
  writes: (event, _payment, counting = null) => {
    if (!isPaymentEvent(event)) return []
    const change = countedIn(event)
    if (change === null) return []
    const { createdAt, currency, add } = change
    return [
      { kind: 'stats', family: BY_CREATION, slice: dayOf(createdAt), currency, add },
      ...(counting !== null && isCounting(event, counting) ? slicesOf(change, counting.since) : []),
    ]
  },
}
