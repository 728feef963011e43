import type { CreateAnswer, ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { makeBreaker } from './breaker.js'

/**
 * A carrier that knows when it is out: the outcome of a step towards a label is unknown, or it takes no request under our key. Refusals are
 * answers; looks do not count, because a carrier may be silent about a single shipment. The breaker holds no call back: use cases refuse new
 * labels by `outageS` before they store anything, and a stored shipment always goes on.
 */
export function withCarrierBreaker (carrier: ShippingCarrier): ShippingCarrier {
  const { outageS, counted } = makeBreaker(isOut)
  return {
    carrier: carrier.carrier,
    capabilities: carrier.capabilities,
    signatureHeader: carrier.signatureHeader,
    outageS,
    ...(carrier.checkAccess !== undefined && { checkAccess: carrier.checkAccess.bind(carrier) }),
    check: (request) => { carrier.check(request) },
    quote: async (request) => await carrier.quote(request),
    create: async (request, progress) => await counted(async () => await carrier.create(request, progress)),
    find: async (shipment, now) => await carrier.find(shipment, now),
    label: async (shipment, format) => await carrier.label(shipment, format),
    track: async (shipment) => await carrier.track(shipment),
    cancel: async (shipment) => await carrier.cancel(shipment),
    verifyWebhook: (delivery) => carrier.verifyWebhook(delivery),
  }
}

function isOut (answer: CreateAnswer): boolean {
  return answer.kind === 'unknown' || (answer.kind === 'refused' && 'about' in answer && answer.about === 'access')
}
