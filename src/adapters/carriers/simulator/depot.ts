import type { Clock } from '#application/ports/system.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { ShipmentPrice } from '#domain/shipping/shipment.js'
import type { TrackingEvent, TrackingKind } from '#domain/shipping/tracking.js'
import type { Scenario } from './scenario.js'

/** A shipment as the simulated carrier knows it. */
export interface Parcel {
  readonly reference: string
  readonly carrierKey: string
  readonly scenario: Scenario
  readonly service: string
  readonly price: ShipmentPrice
  /** Purchases that were asked for. */
  tries: number
  /** Null until the label is bought. */
  boughtAt: Timestamp | null
  canceledAt: Timestamp | null
}

export interface DepotOptions {
  readonly clock: Clock
  /** Between two events of a journey. */
  readonly stepMs: number
  readonly parcelsMax: number
}

const TEXTS: Readonly<Record<TrackingKind, string>> = {
  unknown: 'Something else', registered: 'Label made', on_hold: 'Held up', lost: 'Not found', handed_over: 'Handed over', in_transit: 'At the transfer centre',
  available_for_pickup: 'Ready to be picked up', out_for_delivery: 'Out for delivery', delivery_failed: 'No one at home', delivered: 'Delivered',
  returning: 'On the way back', returned: 'Given back',
}

/** What the simulated carrier remembers, until a restart. */
export class Depot {
  readonly #parcels = new Map<string, Parcel>()
  readonly #options: DepotOptions

  constructor (options: DepotOptions) {
    this.#options = options
  }

  find (carrierKey: string): Parcel | undefined {
    return this.#parcels.get(carrierKey)
  }

  /** The draft of a label, which costs nothing: one for each key. */
  draft (parcel: Omit<Parcel, 'tries' | 'boughtAt' | 'canceledAt' | 'reference'>): Parcel {
    const known = this.#parcels.get(parcel.carrierKey)
    if (known !== undefined) return known
    const [oldest] = this.#parcels.keys()
    if (this.#parcels.size >= this.#options.parcelsMax && oldest !== undefined) this.#parcels.delete(oldest)
    const drafted: Parcel = { ...parcel, reference: `sim_${parcel.carrierKey}`, tries: 0, boughtAt: null, canceledAt: null }
    this.#parcels.set(parcel.carrierKey, drafted)
    return drafted
  }

  /** Buys the label once, however often it is asked for. True at the first time. */
  buy (parcel: Parcel): boolean {
    if (parcel.boughtAt !== null) return false
    parcel.boughtAt = this.#options.clock()
    return true
  }

  cancel (parcel: Parcel): void {
    parcel.canceledAt ??= this.#options.clock()
  }

  /** What has happened to a parcel by now. */
  events (parcel: Parcel): readonly TrackingEvent[] {
    const now = this.#options.clock()
    return this.journey(parcel).filter(({ occurredAt }) => occurredAt <= now)
  }

  /** Everything that will have happened to a parcel. One whose label was canceled stays where it is. */
  journey ({ carrierKey, scenario, boughtAt, canceledAt }: Parcel): readonly TrackingEvent[] {
    if (boughtAt === null) return []
    return scenario.journey
      .map((kind, index) => ({
        eventId: `${carrierKey}-${index}`,
        kind,
        rawCode: kind.toUpperCase(),
        text: TEXTS[kind],
        location: 'İstanbul',
        occurredAt: laterBy(boughtAt, index * this.#options.stepMs),
      }))
      .filter(({ occurredAt }) => canceledAt === null || occurredAt <= canceledAt)
  }
}
