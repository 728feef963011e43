import { attentionOf, concernsAttention } from '#domain/payments/attention.js'
import { isPaymentEvent } from '../../ports/outbox-store.js'
import type { Effect } from '../effect.js'

/** Writes the places of refunds, disputes and flags in the lists across payments. */
export const indexAttention: Effect = {
  name: 'index-attention',
  wantsPayment: concernsAttention,
  writes: (event, payment) => {
    if (!isPaymentEvent(event) || !concernsAttention(event)) return []
    // Event and payment are stored in one step. A missing payment is a fault for a person to look at, so the event is parked.
    if (payment === null) throw new Error('the payment of the event does not exist')
    return attentionOf(event, payment).map((place) => ({ kind: 'attention', place }))
  },
}
