import { randomUUID } from 'node:crypto'
import type { Static } from '@sinclair/typebox'
import type { Message, SendMessageBody } from '#adapters/http/messages/schemas.js'
import type { Payment, ProcessPaymentBody } from '#adapters/http/payments/schemas.js'

export const PAGE = 20

type MessageAnswer = Static<typeof Message>
type PaymentAnswer = Static<typeof Payment>

/** The answers of the service, from two Maps and nothing else. Both peers answer from it. */
export function makeAnswers () {
  const conversations = new Map<string, MessageAnswer[]>()
  const payments = new Map<string, PaymentAnswer>()

  return {
    send (senderId: string, { receiverId, message, type = 'text', metadata = {} }: Static<typeof SendMessageBody>): MessageAnswer {
      const conversationId = conversationIdOf(senderId, receiverId)
      const sent: MessageAnswer = {
        messageId: randomUUID(),
        conversationId,
        senderId,
        receiverId,
        message,
        type,
        metadata,
        status: 'sent',
        read: false,
        readAt: null,
        createdAt: new Date().toISOString(),
      }
      const conversation = conversations.get(conversationId)
      if (conversation === undefined) conversations.set(conversationId, [sent])
      else conversation.push(sent)
      return sent
    },

    conversation (userId: string, otherUserId: string): { items: MessageAnswer[], nextCursor: string | null } {
      const items = (conversations.get(conversationIdOf(userId, otherUserId)) ?? []).slice(-PAGE).reverse()
      return { items, nextCursor: items.at(-1)?.createdAt ?? null }
    },

    pay (userId: string, body: Static<typeof ProcessPaymentBody>): PaymentAnswer {
      const now = new Date().toISOString()
      const payment: PaymentAnswer = {
        paymentId: randomUUID(),
        orderId: body.orderId ?? '',
        userId,
        sellerId: body.sellerId ?? null,
        amount: body.amount ?? 0,
        currency: body.currency ?? '',
        status: 'succeeded',
        refundedAmount: 0,
        refunds: [],
        disputes: [],
        taken: null,
        causes: [],
        installments: 1,
        roomId: null,
        productId: null,
        discountAmount: 0,
        shippingAmount: 0,
        taxAmount: 0,
        expiresAt: null,
        orderSigned: false,
        provider: 'none',
        providerReference: null,
        nextAction: null,
        failure: null,
        flags: [],
        description: body.description ?? null,
        items: body.items ?? [],
        metadata: body.metadata ?? {},
        shippingAddress: body.shippingAddress ?? null,
        fulfillment: { status: 'not_needed', shipments: [] },
        createdAt: now,
        updatedAt: now,
      }
      payments.set(payment.paymentId, payment)
      return payment
    },

    payment: (paymentId: string): PaymentAnswer | undefined => payments.get(paymentId),
  }
}

export function conversationIdOf (userId: string, otherUserId: string): string {
  return userId < otherUserId ? `${userId}#${otherUserId}` : `${otherUserId}#${userId}`
}
