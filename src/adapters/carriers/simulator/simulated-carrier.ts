import type { Clock } from '#application/ports/system.js'
import type { CreateAnswer, CreatedLabel, FindAnswer, ShipmentRequest, ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { chargeableOf } from '#domain/shipping/parcel.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { type Delay, delay as realDelay, makeDelivery, type Undelivered } from '#adapters/exchange/delivery.js'
import { SIGNATURE_HEADER, webhookKey } from '#adapters/exchange/standard-webhooks.js'
import type { RunningCarrier } from '#adapters/exchange/carrier.js'
import { Depot, type Parcel } from './depot.js'
import { labelOf } from './label.js'
import { makeNews } from './news.js'
import { DEFAULT_SERVICE, scenarioOf, SERVICES, type Scenario } from './scenario.js'
import { type TrackingUpdated, verifyWebhook } from './webhook.js'

/** Times in milliseconds, and counts. */
export const CARRIER_LIMITS = { slowMs: 3000, stepMs: 5000, lateMs: 30_000, parcelsMax: 100_000, triesMax: 5, backoffMs: 500, timeoutMs: 5000, inFlightMax: 8, pendingMax: 1000 }

const BASE_PRICE = 5000
const PRICE_OF_A_DESI = 1000
const CURRENCY = 'TRY'

export interface SimulatedCarrierOptions {
  /** `whsec_` and base64. The first signs; each is accepted, so that one can be replaced without a gap. */
  readonly secrets: readonly [string, ...string[]]
  /** The address of webhooks. Called at each try, because the port is known only once the service listens. */
  readonly webhookUrl: () => string
  readonly clock: Clock
  /** Called for each webhook that no try has delivered. Must not throw. */
  readonly onGivenUp: (undelivered: Undelivered) => void
  /** Replaces waits in tests. */
  readonly delay?: Delay
  readonly limits?: Partial<typeof CARRIER_LIMITS>
}

const lost = { kind: 'unknown', reason: 'the answer of the simulated carrier was lost' } as const
const forgotten = { kind: 'unknown', reason: 'the simulated carrier does not remember this shipment' } as const

/**
 * A carrier inside the service, for development, tests and demonstrations: the service of a shipment says what becomes of it. It sends real
 * webhooks over HTTP.
 *
 * @throws Error where a secret is malformed
 */
export function makeSimulatedCarrier ({ secrets, webhookUrl, clock, onGivenUp, delay = realDelay, ...options }: SimulatedCarrierOptions): RunningCarrier {
  const limits = { ...CARRIER_LIMITS, ...options.limits }
  const keys = secrets.map(webhookKey)
  const delivery = makeDelivery<TrackingUpdated>({ key: webhookKey(secrets[0]), webhookUrl, clock, delay, onGivenUp, ...limits })
  const depot = new Depot({ clock, ...limits })
  const tell = makeNews({ delay, send: delivery.send, ...limits })

  const carrier: ShippingCarrier = {
    carrier: 'simulator',
    capabilities: { quote: true, cancel: 'before_scan', returns: true, webhook: 'signed', countries: null, labelFormats: ['pdf', 'zpl'], desiDivisorCm3: 3000 },
    signatureHeader: SIGNATURE_HEADER,
    check: ({ shipment: { service } }) => { scenarioFor(service) },
    quote: async ({ shipment }) => ({
      kind: 'quotes',
      quotes: SERVICES.map((service) => ({ service, carrierName: 'Simulator', price: priceOf(shipment, 0), days: { min: 1, max: 3 } })),
    }),
    create,
    find: async (shipment) => find(shipment),
    label: async ({ carrierKey }, format) => {
      const parcel = depot.find(carrierKey)
      if (parcel === undefined) return forgotten
      if (parcel.scenario.isLabelLate && depot.events(parcel).length < 2) return { kind: 'later' }
      return { kind: 'label', ...labelOf(trackingNumberOf(parcel), format) }
    },
    track: async ({ carrierKey }) => {
      const parcel = depot.find(carrierKey)
      if (parcel === undefined) return forgotten
      const trackingNumber = trackingNumberOf(parcel)
      return { kind: 'tracked', events: depot.events(parcel), trackingNumber, trackingUrl: trackingUrlOf(trackingNumber), canceled: parcel.canceledAt !== null }
    },
    cancel: async ({ carrierKey }) => {
      const parcel = depot.find(carrierKey)
      if (parcel === undefined) return forgotten
      if (parcel.scenario.cancel === 'refused') return { kind: 'refused', failure: { code: 'SIM_CANCEL', message: 'The simulated carrier does not cancel this label.' } }
      if (parcel.scenario.cancel === 'canceled') depot.cancel(parcel)
      return { kind: 'canceled' }
    },
    verifyWebhook: (webhook) => verifyWebhook(webhook, keys),
  }
  return { carrier, close: delivery.close }

  /** Two steps, as of carriers that sell labels: a draft, which costs nothing, and its purchase. */
  async function create ({ shipment }: ShipmentRequest, progress: string | null): Promise<CreateAnswer> {
    const { service, carrierKey } = shipment
    const { scenario, suffix } = scenarioFor(service)
    if (scenario.isSlow) await delay(limits.slowMs)
    if (progress === null) return { kind: 'progress', progress: depot.draft({ carrierKey, scenario, service: service ?? DEFAULT_SERVICE, price: priceOf(shipment, scenario.surcharge) }).reference }
    const parcel = depot.find(carrierKey)
    if (parcel === undefined) return forgotten
    parcel.tries++
    switch (scenario.buying) {
      case 'refused': return { kind: 'refused', failure: { code: 'SIM_REFUSED', message: 'The simulated carrier does not take this shipment.' } }
      case 'never': return lost
      case 'once': if (parcel.tries === 1) return lost
    }
    const isNew = parcel.boughtAt === null
    depot.buy(parcel)
    if (isNew) tell(depot.journey(parcel), suffix, (events) => newsOf(parcel, events))
    return scenario.buying === 'unknown' ? lost : createdOf(parcel)
  }

  function find ({ carrierKey }: Shipment): FindAnswer {
    const parcel = depot.find(carrierKey)
    if (parcel === undefined) return forgotten
    return { kind: 'found', progress: parcel.reference, created: parcel.boughtAt === null ? null : createdOf(parcel), canceled: parcel.canceledAt !== null }
  }
}

/** @throws carrier_unsupported */
function scenarioFor (service: string | null): NonNullable<ReturnType<typeof scenarioOf>> {
  const found = scenarioOf(service)
  if (found === null) throw new DomainError('carrier_unsupported', 'the simulated carrier has no such service')
  return found
}

function priceOf ({ parcels }: Pick<Shipment, 'parcels'>, surcharge: Scenario['surcharge']): Parcel['price'] {
  return { amount: BASE_PRICE + PRICE_OF_A_DESI * chargeableOf(parcels) + surcharge, currency: CURRENCY }
}

function trackingNumberOf ({ carrierKey }: Pick<Parcel, 'carrierKey'>): string {
  return `SIM${carrierKey}`
}

function trackingUrlOf (trackingNumber: string): string {
  return `https://tracking.example/${trackingNumber}`
}

function createdOf (parcel: Parcel): CreatedLabel {
  const trackingNumber = trackingNumberOf(parcel)
  const { reference: carrierReference, service, price } = parcel
  return { kind: 'created', carrierReference, carrierName: 'Simulator', service, trackingNumber, trackingUrl: trackingUrlOf(trackingNumber), price, label: null }
}

function newsOf (parcel: Parcel, events: TrackingUpdated['data']['events']): TrackingUpdated {
  return { type: 'tracking.updated', data: { carrierKey: parcel.carrierKey, reference: parcel.reference, trackingNumber: trackingNumberOf(parcel), events } }
}
