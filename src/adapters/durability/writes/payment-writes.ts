import type { BillingRecord } from '#domain/payments/billing.js'
import { carryOver } from '#domain/payments/carry-over.js'
import { unchanged, type Decision } from '#domain/payments/decision.js'
import { asDuplicate, holdOf, isOtherOrder, replacedBy, type OrderClaim } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import { withLaterFields, withoutLaterFields } from '#domain/payments/later-fields.js'
import type { RoomMeter } from '#domain/rooms/meter.js'
import type { WaitingEvent, WebhookEvent } from '#domain/payments/webhook-event.js'
import type { LedgerEntry, Streamer } from '#domain/streamers/streamer.js'
import type { UpdateOptions } from '#application/ports/payment-store.js'
import { ROOMS } from './room-writes.js'
import { AS_IS, checkFollows, checkSameRequest, Conflict, type Stored, type StoredPayment, type WriteKind } from './write-kind.js'

export function paymentKey (paymentId: string): string {
  return `payment ${paymentId}`
}

export function webhookKey (eventKey: string): string {
  return `webhook ${eventKey}`
}

/** The codec of a write that holds a decision. */
const withDecision = {
  encode: <W extends { readonly decision: Decision }>(write: W) => ({ ...write, decision: encodeDecision(write.decision) }),
  decode: <W extends { readonly decision: Stored<Decision> }>(write: W) => ({ ...write, decision: decodeDecision(write.decision) }),
}

/** What becomes of the claim on an order, as a new payment was told. */
export function claimIn ({ replaces, isAnother }: OrderClaim = {}): OrderClaim {
  return { ...(replaces !== undefined && { replaces }), ...(isAnother !== undefined && { isAnother }) }
}

/**
 * A new payment, before the provider is called. Where another payment has claimed the order meanwhile, this one is stored all the same:
 * it may have taken money already, and is then flagged.
 */
export const intent: WriteKind<{ readonly decision: Decision, readonly claim?: OrderClaim }> = {
  key: ({ decision }) => paymentKey(decision.payment.paymentId),
  subject: ({ decision }) => decision.payment.paymentId,
  carryOut: async ({ decision, claim }, { payments }, { newest }) => {
    const { payment } = decision
    const replaces = [...replacedBy({ ...claim })]
    let { stored } = await payments.insert(decision, claim)
    while (stored.paymentId !== payment.paymentId) {
      const isFree = isOtherOrder(stored, payment) || holdOf(newest?.(stored) ?? stored) === 'free'
      replaces.push(stored.paymentId)
      const isCharge = newest !== null && holdOf(newest(payment)) !== 'free'
      const next = await payments.insert(isFree || !isCharge ? decision : asDuplicate(decision, stored), isFree ? { replaces } : { isAnother: true })
      stored = next.stored
    }
    checkSamePayment(payment, stored)
    return stored
  },
  shown: ({ decision: { payment } }) => ({ payment }),
  stored: withDecision,
}

/** What a node learnt of a payment between two of its states. It applies to any state that the payment has reached since. */
export const outcome: WriteKind<{ readonly before: Payment, readonly after: Payment, readonly event: WebhookEvent | null }> = {
  key: ({ after }) => paymentKey(after.paymentId),
  subject: ({ after }) => after.paymentId,
  carryOut: async ({ before, after, event }, { payments }, { latest }) => {
    const change = (current: Payment): Decision => {
      checkSamePayment(after, current)
      return carryOver(current, before, after)
    }
    const { payment, duplicate } = await payments.update(after.paymentId, change, optionsOf(after, event, latest))
    // A repeated event can have been the occasion to ask the provider, who then told more than the event says.
    return duplicate ? (await payments.update(after.paymentId, change)).payment : payment
  },
  shown: ({ before, after, event }) => ({ payment: after, before, event }),
  stored: {
    encode: (write) => ({ ...write, before: encodePayment(write.before), after: encodePayment(write.after) }),
    decode: (write) => ({ ...write, before: decodePayment(write.before), after: decodePayment(write.after) }),
  },
}

/** The very next state of a payment. Memory mode alone writes it: no other node can have changed the payment there. */
export const change: WriteKind<{ readonly decision: Decision, readonly event: WebhookEvent | null }> = {
  key: ({ decision }) => paymentKey(decision.payment.paymentId),
  subject: ({ decision }) => decision.payment.paymentId,
  carryOut: async ({ decision, event }, { payments }, { latest }) => {
    const { payment: next } = decision
    const { payment } = await payments.update(next.paymentId, (current) => {
      checkSameRequest(next, current)
      if (current.version >= next.version) return unchanged(current)
      checkFollows(next.version, current.version)
      return decision
    }, optionsOf(next, event, latest))
    return payment
  },
  shown: ({ decision: { payment }, event }) => ({ payment, event }),
  stored: withDecision,
}

/** A webhook event that is not applied to a payment. */
export const webhook: WriteKind<{ readonly event: WebhookEvent }> = {
  key: ({ event }) => webhookKey(event.eventKey),
  subject: ({ event }) => event.eventKey,
  carryOut: async ({ event }, { webhookEvents }) => { await webhookEvents.insert(event) },
  shown: ({ event }) => ({ event }),
  stored: AS_IS,
}

/** The next state of a waiting webhook event, in memory mode. */
export const replacement: WriteKind<{ readonly before: WaitingEvent, readonly after: WebhookEvent }> = {
  key: ({ after }) => webhookKey(after.eventKey),
  subject: ({ after }) => after.eventKey,
  // False means that the event has moved on already.
  carryOut: async ({ before, after }, { webhookEvents }) => { await webhookEvents.replace(before, after) },
  shown: ({ after }) => ({ event: after }),
  stored: AS_IS,
}

/** An entry of a streamer's ledger with the streamer and the payment that it leads to, in memory mode. */
export const posting: WriteKind<{ readonly streamer: Streamer, readonly entry: LedgerEntry, readonly purchase: Decision | null, readonly meter?: RoomMeter }> = {
  key: () => ROOMS,
  subject: ({ entry }) => entry.entryId,
  carryOut: async ({ streamer, entry, purchase, meter }, { streamers }) => {
    const { streamerId, entryId } = entry
    const posted = await streamers.post({ streamerId, entryId }, (current) => {
      checkFollows(streamer.version, current?.version ?? 0)
      return { streamer, entry, ...(meter !== undefined && { meter }) }
    }, { known: null, purchase })
    checkSameRequest(entry, posted.entry)
  },
  // Minutes are not guessed: reads of the streamer answer 503 until the store has the entry.
  shown: () => ({}),
  stored: {
    encode: (write) => ({ ...write, purchase: write.purchase && encodeDecision(write.purchase) }),
    decode: (write) => ({ ...write, purchase: write.purchase && decodeDecision(write.purchase) }),
  },
}

/** The next version of a streamer, without an entry of the ledger. */
export const streamer: WriteKind<{ readonly streamer: Streamer }> = {
  key: () => ROOMS,
  subject: (write) => write.streamer.streamerId,
  carryOut: async (write, { streamers }) => {
    if (await streamers.replace(write.streamer)) return
    const stored = await streamers.find(write.streamer.streamerId)
    if ((stored?.version ?? 0) < write.streamer.version) throw new Conflict('versions of the streamer are missing')
  },
  shown: () => ({}),
  stored: AS_IS,
}

/** A billing record of a payment whose payer is deleted. */
export const billing: WriteKind<{ readonly record: BillingRecord }> = {
  key: ({ record }) => `billing ${record.paymentId}`,
  subject: ({ record }) => record.paymentId,
  carryOut: async ({ record }, stores) => { await stores.billing.keep(record) },
  shown: () => ({}),
  stored: AS_IS,
}

/** @throws Conflict where the stored payment came from another request or asked another provider, whose facts say nothing about ours */
function checkSamePayment (ours: Payment, stored: Payment): void {
  checkSameRequest(ours, stored)
  if (ours.provider !== stored.provider) throw new Conflict('another provider was asked first')
}

function optionsOf ({ paymentId }: Payment, webhookEvent: WebhookEvent | null, latest: Payment | null): UpdateOptions {
  return { ...(webhookEvent !== null && { webhookEvent }), ...(latest?.paymentId === paymentId && { known: latest }) }
}

function encodeDecision ({ payment, ...rest }: Decision): Stored<Decision> {
  return { ...rest, payment: encodePayment(payment) }
}

function decodeDecision ({ payment, ...rest }: Stored<Decision>): Decision {
  return { ...rest, payment: decodePayment(payment) }
}

function encodePayment (payment: Payment): StoredPayment {
  const { followUp, ...rest } = withoutLaterFields(payment)
  return { ...rest, check: followUp }
}

function decodePayment ({ check, ...rest }: StoredPayment): Payment {
  return withLaterFields({ ...rest, followUp: check })
}
