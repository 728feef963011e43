import { foldEmail } from '#domain/fold.js'
import type { Decision } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import { manualPayment } from '#domain/payments/settlement.js'
import type { Money } from '#domain/money.js'
import type { Payment } from '#domain/payments/payment.js'
import { checkMinutes, newStreamer, post, withAddress, type EntryDraft, type Streamer } from '#domain/streamers/streamer.js'
import { checkSameRequest } from '../idempotency.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { StreamerStore } from '../ports/streamer-store.js'
import { requireStreamer, streamerIdOf } from './read-streamers.js'

export interface AddStreamerCommand {
  readonly email: string
  readonly minutes: number
  /** Minor units. Amount and currency are both null for free minutes. */
  readonly amount: number | null
  readonly currency: string | null
  readonly note: string | null
  readonly key: string
}

export interface AddedStreamer {
  readonly streamer: Streamer
  readonly payment: Payment | null
  readonly replayed: boolean
}

export interface AddStreamerPorts {
  readonly streamers: StreamerStore
  readonly payments: PaymentStore
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Credits minutes to the streamer of an e-mail address, once for an idempotency key. The first credit creates the streamer. All
 * administrators share their keys, so that one can repeat the request of another.
 *
 * @throws invalid_minutes, invalid_amount, unsupported_currency, minutes_limit_reached, idempotency_key_reused
 */
export function makeAddStreamer ({ streamers, payments, identity, clock }: AddStreamerPorts) {
  return async function addStreamer ({ key, ...request }: AddStreamerCommand): Promise<AddedStreamer> {
    const { minutes, note } = request
    checkMinutes(minutes)
    const price = priceOf(request)
    const now = clock()
    const email = foldEmail(request.email)
    const streamerId = streamerIdOf(email, identity)
    const entryId = identity.derived('led', ['credit', key])
    const fingerprint = identity.fingerprint({ ...request, email })
    const purchase = price === null ? null : purchaseOf(price)
    const draft: EntryDraft = { entryId, kind: 'credit', minutes, note, paymentId: purchase?.payment.paymentId ?? null, broadcastId: null, fingerprint }

    const posted = await streamers.post({ streamerId, entryId }, (streamer) => post(withAddress(streamer ?? newStreamer(streamerId, email, now), email), draft, now),
      { known: await streamers.find(streamerId), purchase })
    if (posted.inserted) return { streamer: posted.streamer, payment: purchase?.payment ?? null, replayed: false }
    checkSameRequest(posted.entry, fingerprint)
    return {
      streamer: requireStreamer(await streamers.find(streamerId)),
      payment: posted.entry.paymentId === null ? null : await payments.find(posted.entry.paymentId),
      replayed: true,
    }

    function purchaseOf (money: Money): Decision {
      return manualPayment({
        ...money,
        orderId: entryId,
        userId: streamerId,
        sellerId: null,
        description: note,
        items: [],
        metadata: { minutes },
        returnUrl: null,
        buyerEmail: email,
        shippingAddress: null,
      }, { paymentId: identity.derived('pay', ['ledger', entryId]), fingerprint, owner: identity.random('lease'), now })
    }
  }
}

function priceOf ({ amount, currency }: Pick<AddStreamerCommand, 'amount' | 'currency'>): Money | null {
  if (amount !== null && currency !== null) return { amount, currency }
  if (amount === null && currency === null) return null
  throw new DomainError('invalid_amount', 'send amount and currency together, or neither')
}
