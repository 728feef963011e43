import { carryOver } from '#domain/payments/carry-over.js'
import { unchanged, type Decision } from '#domain/payments/decision.js'
import { messageKey, type Message, type MessageRun } from '#domain/messages/message.js'
import type { Payment } from '#domain/payments/payment.js'
import type { ReadMarker } from '#application/ports/conversation-store.js'
import type { UpdateOptions } from '#application/ports/payment-store.js'
import type { Stores } from '#application/ports/stores.js'
import { carryOutPerson } from './carry-out-person.js'
import { Conflict } from './outage/conflict.js'
import type { JournaledWrite } from './journaled-write.js'

type Posting = Extract<JournaledWrite, { kind: 'posting' }>

/**
 * Brings a write into the store. What this throws, but for `store_unavailable` and `store_busy`, says that it can't be done as
 * things are: a person has to look. Returns the payment as the store has it by then, where it is one; as it was returned last,
 * `known` saves the next write of it a read.
 */
export async function carryOut (write: JournaledWrite, stores: Stores, known: Payment | null = null): Promise<Payment | null> {
  const { payments } = stores
  switch (write.kind) {
    case 'intent': {
      const { stored } = await payments.insert(write.decision)
      checkSamePayment(write.decision.payment, stored)
      return stored
    }
    case 'outcome': {
      const { before, after, event } = write
      const change = (current: Payment): Decision => {
        checkSamePayment(after, current)
        return carryOver(current, before, after)
      }
      const { payment, duplicate } = await payments.update(after.paymentId, change, { ...withEvent(event), ...ifOf(after, known) })
      // Told once more, an event may have been the occasion to learn from the provider what it does not say itself.
      return duplicate ? (await payments.update(after.paymentId, change)).payment : payment
    }
    case 'change': {
      const { decision, event } = write
      const { payment } = await payments.update(decision.payment.paymentId, (current) => following(current, decision), { ...withEvent(event), ...ifOf(decision.payment, known) })
      return payment
    }
    default:
      await carryOutOther(write, stores)
      return null
  }
}

/** The same for messages that follow each other. */
export async function carryOutTogether (run: MessageRun, { messages }: Stores): Promise<void> {
  const ours = new Map(run.map((message) => [message.messageId, message]))
  for (const { stored } of await messages.insertTogether(run)) checkSame(ours.get(stored.messageId) as Message, stored)
}

async function carryOutOther (write: Exclude<JournaledWrite, { kind: 'intent' | 'outcome' | 'change' }>, stores: Stores): Promise<void> {
  const { messages, conversations, webhookEvents } = stores
  switch (write.kind) {
    case 'message': checkSame(write.message, (await messages.insert(write.message)).stored); return
    case 'read': await markRead(write.marker, stores); return
    case 'block': await conversations.setBlocked(write.userId, write.otherUserId, write.blocked); return
    case 'webhook': await webhookEvents.insert(write.event); return
    // Where another event stands there by now, somebody has moved it on.
    case 'replacement': await webhookEvents.replace(write.before, write.after); return
    case 'posting': await post(write, stores); return
    default: await carryOutPerson(write, stores)
  }
}

function withEvent (webhookEvent: UpdateOptions['webhookEvent'] | null): UpdateOptions {
  return webhookEvent == null ? {} : { webhookEvent }
}

function ifOf ({ paymentId }: Payment, known: Payment | null): UpdateOptions {
  return known?.paymentId === paymentId ? { known } : {}
}

/** The message may have found another place than it was promised: its marker then stands there. */
async function markRead (marker: ReadMarker, { messages, conversations }: Stores): Promise<void> {
  const message = await messages.find(marker.messageId)
  if (message === null) throw new Conflict('the message that was read is not there')
  await conversations.markRead({ ...marker, messageKey: messageKey(message) })
}

/** The decision where it comes next; nothing where it has come already. */
function following (current: Payment, decision: Decision): Decision {
  const { payment } = decision
  checkSame(payment, current)
  if (current.version >= payment.version) return unchanged(current)
  if (current.version !== payment.version - 1) throw new Conflict(`version ${payment.version} does not follow version ${current.version}`)
  return decision
}

async function post ({ streamer, entry, purchase }: Posting, { streamers }: Stores): Promise<void> {
  const { streamerId, entryId } = entry
  const posted = await streamers.post({ streamerId, entryId }, (current) => {
    const version = current?.version ?? 0
    if (version !== streamer.version - 1) throw new Conflict(`version ${streamer.version} does not follow version ${version}`)
    return { streamer, entry }
  }, { known: null, purchase })
  checkSame(entry, posted.entry)
}

/** What one provider says is nothing that another has done. */
function checkSamePayment (ours: Payment, stored: Payment): void {
  checkSame(ours, stored)
  if (ours.provider !== stored.provider) throw new Conflict('another provider was asked first')
}

/** Whether what stands under the id came from the same request. */
function checkSame (ours: { readonly fingerprint: string | null }, stored: { readonly fingerprint: string | null }): void {
  if (ours.fingerprint !== stored.fingerprint) throw new Conflict('another request came first under this id')
}
