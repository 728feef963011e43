import type { AttentionKind, AttentionPlace } from '#domain/payments/attention.js'
import type { Dispute, Payment, Refund } from '#domain/payments/payment.js'
import { findRefund } from '#domain/payments/refund.js'
import type { AttentionStore } from '../ports/attention-store.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'

interface ReversalPorts {
  readonly attention: AttentionStore
  readonly payments: PaymentStore
}

export interface ListReversalsQuery<T extends Refund | Dispute> extends PageRequest {
  /** Null for any. */
  readonly status: T['status'] | null
}

/** A refund or a dispute, with its payment. */
export interface Reversal<T extends Refund | Dispute> {
  readonly payment: Payment
  readonly reversal: T
}

/**
 * Lists across payments, newest first. The payments themselves are read in their present state, and it decides: a page may hold fewer items
 * than it has room for, where a status changed a moment ago.
 */
export function makeListReversals ({ attention, payments }: ReversalPorts) {
  async function list<T extends Refund | Dispute> (kind: AttentionKind, { status, ...page }: ListReversalsQuery<T>, find: (payment: Payment, id: string) => T | undefined): Promise<Page<Reversal<T>>> {
    const { items: places, nextKey } = await attention.list({ kind, state: status }, page)
    const found = places.length === 0 ? [] : await payments.findMany(places.map(({ paymentId }) => paymentId))
    const byId = new Map(found.map((payment) => [payment.paymentId, payment]))
    return { items: places.flatMap((place) => reversalsAt(place, byId.get(place.paymentId))).filter(({ reversal }) => status === null || reversal.status === status), nextKey }

    function reversalsAt ({ id }: AttentionPlace, payment: Payment | undefined): Array<Reversal<T>> {
      const reversal = payment === undefined ? undefined : find(payment, id)
      return payment === undefined || reversal === undefined ? [] : [{ payment, reversal }]
    }
  }

  return {
    listRefunds: async (query: ListReversalsQuery<Refund>): Promise<Page<Reversal<Refund>>> => await list('refund', query, findRefund),
    listDisputes: async (query: ListReversalsQuery<Dispute>): Promise<Page<Reversal<Dispute>>> =>
      await list('dispute', query, ({ disputes }, id) => disputes.find(({ disputeId }) => disputeId === id)),
  }
}
