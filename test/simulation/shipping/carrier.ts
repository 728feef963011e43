import type { CreateAnswer, CreatedLabel, FindAnswer, RefusedLabel, ShipmentRequest, ShippingCarrier } from '#application/ports/shipping-carrier.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { MINUTE_MS, type Timestamp } from '#domain/time.js'
import { makeAsking, UNKNOWN } from '../asking.js'
import type { Context } from '../context.js'
import type { Host } from '../network.js'
import { verifiedNews } from './carrier-webhook.js'
import { PRICE, type Depot, type Label } from './depot.js'
import { signatureHeaderOf } from '../webhook-signature.js'

const encoder = new TextEncoder()
const REFUSED: RefusedLabel = { kind: 'refused', failure: { code: 'no', message: 'The carrier takes no such parcel.' } }
/** So old a shipment has to be for the list to show what was bought of it. */
const LIST_IS_LATE_MS = MINUTE_MS

/** A node's way to a carrier. That in steps signs its webhooks; the other sends hints, and gives its label in one answer alone. */
export function carrierOf (depot: Depot, host: Host, context: Context): ShippingCarrier {
  const { charging, shipping } = context
  const { ask, outageS } = makeAsking({ name: depot.carrier, isRepeatable: true }, host, context)
  const { carrier, isInSteps } = depot

  async function create (request: ShipmentRequest, progress: string | null): Promise<CreateAnswer> {
    const { shipmentId } = request.shipment
    if (!isInSteps) return await ask('order', shipmentId, () => sold(depot.order(request), true))
    if (progress !== null) return await ask('buy', shipmentId, () => sold(depot.buy(progress), false))
    return await ask('draft', shipmentId, () => {
      const draft = depot.draft(request)
      return draft === null ? REFUSED : { kind: 'progress', progress: draft } as const
    })
  }

  function sold (label: Label | null, isOnce: boolean): CreateAnswer {
    if (label === null || label.isCanceled) return REFUSED
    return createdOf(depot, label, isOnce)
  }

  /** In steps: by the draft, else in the list of what was bought, which is late. */
  function find ({ progress, carrierKey, createdAt }: Shipment, now: Timestamp): FindAnswer {
    const label = isInSteps && progress !== null ? depot.ofDraft(progress) : depot.listed(carrierKey)
    if (label !== null) return { kind: 'found', progress: depot.draftOf(label), created: createdOf(depot, label, false), canceled: label.isCanceled }
    if (isInSteps && progress !== null) return { kind: 'found', progress, created: null, canceled: false }
    return isInSteps && Date.parse(now) - Date.parse(createdAt) < LIST_IS_LATE_MS ? UNKNOWN : { kind: 'not_found' }
  }

  function labelOf ({ carrierReference, carrierKey }: Shipment): Label | null {
    return depot.labels.find((label) => label.reference === carrierReference || (carrierReference === null && label.carrierKey === carrierKey)) ?? null
  }

  return {
    carrier,
    capabilities: { quote: true, cancel: 'before_scan', returns: true, webhook: isInSteps ? 'signed' : 'hint', countries: ['TR'], labelFormats: ['zpl'], desiDivisorCm3: 3000 },
    signatureHeader: isInSteps ? signatureHeaderOf(carrier) : null,
    outageS,
    check: () => {},
    quote: async ({ shipment: { paymentId } }) => await ask('quote', paymentId, () => ({ kind: 'quotes', quotes: [{ service: 'standard', carrierName: carrier, price: PRICE, days: null }] }) as const),
    create: async (request, progress) => {
      const { shipmentId, lease } = request.shipment
      charging.add(lease.owner)
      const answer = await create(request, progress)
      charging.delete(lease.owner)
      if (answer.kind === 'refused') shipping.refused.add(shipmentId)
      return answer
    },
    find: async (shipment, now) => {
      const answer = await ask('find', shipment.shipmentId, () => find(shipment, now))
      if (answer.kind === 'not_found' || (answer.kind === 'found' && answer.created === null)) shipping.absent.add(shipment.shipmentId)
      if (answer.kind === 'found' && answer.canceled) shipping.canceled.add(shipment.shipmentId)
      return answer
    },
    label: async (shipment) => await ask('label', shipment.shipmentId, () => {
      const label = labelOf(shipment)
      return label === null || !isInSteps ? { kind: 'later' } as const : { kind: 'label', bytes: bytesOf(label), type: 'application/zpl' } as const
    }),
    track: async (shipment) => {
      const answer = await ask('track', shipment.shipmentId, () => {
        const label = labelOf(shipment)
        if (label === null) return { kind: 'not_found' } as const
        return { kind: 'tracked', events: [...label.events], trackingNumber: numberOf(label), trackingUrl: null, canceled: label.isCanceled } as const
      })
      if (answer.kind === 'tracked' && answer.canceled) shipping.canceled.add(shipment.shipmentId)
      return answer
    },
    cancel: async (shipment) => await ask('cancel', shipment.shipmentId, () => {
      const label = labelOf(shipment)
      const answer = label === null ? 'refused' : depot.cancel(label)
      return answer === 'refused' ? REFUSED : { kind: answer }
    }),
    verifyWebhook: (delivery) => verifiedNews(carrier, isInSteps, delivery),
  }
}

function numberOf ({ reference }: Label): string {
  return `T-${reference}`
}

/** What is printed on a label. */
export function textOf ({ reference }: Label): string {
  return `label ${reference}`
}

function bytesOf (label: Label): Uint8Array {
  return encoder.encode(textOf(label))
}

/** That of the other carrier comes in the answer to the order, and in no later one. */
function createdOf ({ carrier, isInSteps }: Depot, label: Label, isOnce: boolean): CreatedLabel {
  return {
    kind: 'created', carrierReference: label.reference, carrierName: carrier, service: 'standard', trackingNumber: isInSteps ? numberOf(label) : null, trackingUrl: null, price: PRICE,
    label: isOnce ? { format: 'zpl', bytes: bytesOf(label) } : null,
  }
}
