import type { Message } from '#domain/messages/message.js'
import type { Payment } from '#domain/payments/payment.js'
import type { LoggedEvent } from '../ports/event-log.js'
import type { MessageStore } from '../ports/message-store.js'
import type { PaymentStore } from '../ports/payment-store.js'

/** What an event is about, as it now is; null where it is gone. */
export type EventDetails =
  | { readonly kind: 'message', readonly message: Message | null }
  | { readonly kind: 'read' }
  | { readonly kind: 'payment', readonly payment: Payment | null }

/** Loads what events are about: each payment and message once, payments in one read. */
export function makeLoadDetails ({ payments, messages }: { readonly payments: PaymentStore, readonly messages: MessageStore }) {
  return async function loadDetails (events: readonly LoggedEvent[]): Promise<ReadonlyMap<string, EventDetails>> {
    const idsOf = (kind: EventDetails['kind']): string[] => [...new Set(events.filter((event) => kindOf(event) === kind).map(({ subjectId }) => subjectId))]
    const paymentIds = idsOf('payment')
    const [foundPayments, foundMessages] = await Promise.all([
      paymentIds.length === 0 ? [] : payments.findMany(paymentIds),
      Promise.all(idsOf('message').map(async (messageId) => await messages.find(messageId))),
    ])
    const paymentOf = new Map(foundPayments.map((payment) => [payment.paymentId, payment]))
    const messageOf = new Map(foundMessages.filter((message) => message !== null).map((message) => [message.messageId, message]))
    const detailsOf = (event: LoggedEvent): EventDetails => {
      const kind = kindOf(event)
      if (kind === 'read') return { kind }
      return kind === 'message' ? { kind, message: messageOf.get(event.subjectId) ?? null } : { kind, payment: paymentOf.get(event.subjectId) ?? null }
    }
    return new Map(events.map((event) => [event.id, detailsOf(event)]))
  }
}

function kindOf ({ type }: LoggedEvent): EventDetails['kind'] {
  if (type === 'message.sent') return 'message'
  return type === 'conversation.read' ? 'read' : 'payment'
}
