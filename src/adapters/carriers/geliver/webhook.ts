import { createHash, timingSafeEqual } from 'node:crypto'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import type { CarrierWebhook } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { fieldsOf, parseFields, textOf, textOrNull, type Fields } from '#adapters/exchange/fields.js'
import { digestOf } from '#adapters/exchange/tracking.js'

/**
 * Geliver signs nothing yet. The token in the address of a delivery tells a stranger from it, and its content is never more than a reason to ask:
 * the id of the event is that of the report that it is about.
 *
 * @throws invalid_webhook_signature, invalid_webhook
 */
export function verifyWebhook ({ token = '', body }: WebhookDelivery, tokens: readonly string[]): CarrierWebhook {
  // Every token is tried, so that the time does not reveal which one is right.
  if (!tokens.map((one) => timingSafeEqual(hash(one), hash(token))).includes(true)) throw new DomainError('invalid_webhook_signature', 'the token in the address of the webhook is wrong')
  const event = eventOf(body)
  const shipment = fieldsOf(event, 'data')
  const [type, id] = [textOf(event, 'event'), textOf(shipment, 'id')]
  if (!/^\w{1,60}$/.test(type) || !/^[\w-]{1,80}$/.test(id)) throw new DomainError('invalid_webhook', 'the webhook has no event or no shipment')
  const { hash: state = '', statusDate = '' } = fieldsOf(shipment, 'trackingStatus')
  return {
    eventId: digestOf([type, id, textOf(shipment, 'statusCode'), String(state), String(statusDate)]),
    type,
    carrierKey: textOrNull(fieldsOf(shipment, 'order'), 'orderNumber'),
    carrierReference: id,
    trackingNumber: textOrNull(shipment, 'trackingNumber'),
    news: 'ask',
  }
}

function hash (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function eventOf (body: Uint8Array): Fields {
  try {
    return parseFields(body)
  } catch {
    // The cause is left out: it quotes the webhook, and the error may be logged.
    throw new DomainError('invalid_webhook', 'the webhook cannot be read')
  }
}
