import type { Payment } from '#domain/payments/payment.js'

/**
 * Reads a little of every payment of a page beforehand. In a large store they lie far apart, and a processor that works on one after the other
 * waits for memory at each of their texts; what it comes upon in a short loop it fetches side by side.
 * The result means nothing, but that nothing of the reading may be left out.
 */
export function lookAhead (payments: readonly Payment[]): number {
  let seen = 0
  for (const { paymentId, orderId, userId, sellerId, providerReference, description, buyerEmail, createdAt, updatedAt } of payments) {
    seen += end(paymentId) + end(orderId) + end(userId) + end(sellerId) + end(providerReference) + end(description) + end(buyerEmail) +
      end(createdAt) + end(updatedAt)
  }
  return seen
}

function end (text: string | null): number {
  return text === null ? 0 : text.charCodeAt(text.length - 1)
}
