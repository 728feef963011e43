import { makeApplyShipmentEvent } from '#application/shipping/apply-shipment-event.js'
import { makeCompleteShipments } from '#application/shipping/complete-shipments.js'
import { makeFollowRefunds } from '#application/shipping/follow-refunds.js'
import { makeHandleCarrierWebhook } from '#application/shipping/handle-carrier-webhook.js'
import { makeShippingUseCases } from '#application/shipping/use-cases.js'
import { DAY_MS } from '#domain/time.js'
import type { Ports } from '../use-cases.js'

/** What people ship with, as the service has it. Where no one ships, refunds have nothing to follow. */
export function makeShipping (given: Ports) {
  const ports = { ...given, senderOf: async () => null, shippingPiiMs: 90 * DAY_MS }
  return {
    ...makeShippingUseCases(ports),
    completeShipments: makeCompleteShipments(ports),
    handleCarrierWebhook: makeHandleCarrierWebhook(ports),
    applyShipmentEvent: makeApplyShipmentEvent(ports),
    followRefunds: given.carriers.length > 1 ? makeFollowRefunds(ports) : async () => [],
  }
}
