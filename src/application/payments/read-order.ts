import { DomainError } from '#domain/errors.js'
import { orderOf, type Order, type StatedOrder } from '#domain/payments/order.js'
import { readOrderToken, type OrderToken, type SignedOrder } from '#domain/payments/order-token.js'
import type { Timestamp } from '#domain/time.js'
import type { OrderTokens } from '../ports/order-tokens.js'
import type { Clock } from '../ports/system.js'

export interface ReadOrderPorts {
  readonly orderTokens: OrderTokens
  readonly clock: Clock
}

export interface ReadOrderCommand {
  readonly userId: string
  /** The order as the shop has signed it; null where it has not. */
  readonly orderToken: string | null
  /** What the request says of the order itself. It has to agree with the token. */
  readonly stated: StatedOrder
}

/** The order of a request. */
export interface ReadOrder {
  readonly order: Order
  /** What the shop has signed; null where it has signed nothing. */
  readonly signed: SignedOrder | null
  /** Why no new payment is made for it. A payment that an earlier request with the key has made stands all the same. */
  readonly refusal: DomainError | null
}

/**
 * Finds the order of a request: what the shop has signed, otherwise what the request says.
 *
 * @throws what `orderOf`, `readOrderToken` and `OrderTokens.verify` throw; order_token_mismatch for a token of another payer
 */
export function makeReadOrder ({ orderTokens, clock }: ReadOrderPorts) {
  return async function readOrder ({ userId, orderToken, stated }: ReadOrderCommand): Promise<ReadOrder> {
    const token = orderToken === null ? null : readOrderToken(await orderTokens.verify(orderToken), clock())
    const signed = token?.order ?? null
    if ((signed?.payerId ?? userId) !== userId) throw new DomainError('order_token_mismatch', 'the shop has signed this order for another payer')
    const order = orderOf(stated, signed)
    return { order, signed, refusal: refusalOf(token, clock()) ?? (order.sellerId === userId ? selfPayment() : null) }
  }

  function refusalOf (token: OrderToken | null, now: Timestamp): DomainError | null {
    if (token !== null) return token.expiresAt > now ? null : new DomainError('order_token_expired', 'the order token is no longer valid')
    return orderTokens.required ? new DomainError('order_token_required', 'payments are made for orders that the shop has signed') : null
  }
}

function selfPayment (): DomainError {
  return new DomainError('self_payment', 'the payer and the seller are the same user')
}
