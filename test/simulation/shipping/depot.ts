import type { ShipmentRequest } from '#application/ports/shipping-carrier.js'
import type { ShippingAddress } from '#domain/shipping/address.js'
import type { Shipment, ShipmentPrice } from '#domain/shipping/shipment.js'
import type { TrackingEvent, TrackingKind } from '#domain/shipping/tracking.js'
import { HOUR_MS, MINUTE_MS } from '#domain/time.js'
import { momentOf } from '../context.js'
import type { Random } from '../random.js'
import type { Scheduler } from '../scheduler.js'

export const PRICE: ShipmentPrice = { amount: 5_000, currency: 'TRY' }

/** A label that was bought, and its parcel. */
export interface Label {
  readonly reference: string
  readonly carrierKey: string
  readonly shipmentId: string
  readonly paymentId: string
  readonly to: ShippingAddress
  /** Milliseconds since the world began. */
  readonly boughtAt: number
  /** How the carrier takes the wish to cancel it; null before the first. */
  wish: Wish | null
  isCanceled: boolean
  /** What has happened to the parcel, in its order. */
  readonly events: TrackingEvent[]
}

/** A shipment that is not bought yet: it costs nothing. */
interface Draft {
  readonly id: string
  readonly carrierKey: string
  readonly isRefused: boolean
  readonly request: ShipmentRequest
  label: Label | null
}

/** `ghost`: it is canceled, and the parcel moves even so. `lies`: the carrier says so, and nothing is canceled. */
type Wish = 'canceled' | 'later' | 'never' | 'refused' | 'lies' | 'ghost'
const WISHES = { canceled: 45, later: 20, never: 10, refused: 10, lies: 10, ghost: 5 } as const

/** Of a parcel, from the label to where it stays. */
const JOURNEYS: Readonly<Record<string, readonly TrackingKind[]>> = {
  home: ['registered', 'handed_over', 'in_transit', 'out_for_delivery', 'delivered'],
  again: ['registered', 'handed_over', 'out_for_delivery', 'delivery_failed', 'unknown', 'out_for_delivery', 'delivered'],
  shop: ['handed_over', 'in_transit', 'on_hold', 'available_for_pickup', 'delivered'],
  back: ['registered', 'handed_over', 'delivery_failed', 'returning', 'in_transit', 'returned'],
  regretted: ['handed_over', 'delivered', 'returning', 'returned'],
  found: ['registered', 'handed_over', 'lost', 'in_transit', 'delivered'],
  lost: ['handed_over', 'in_transit', 'lost'],
  stuck: ['registered', 'handed_over', 'in_transit'],
  forgotten: ['registered'],
}
const LIKELY = { home: 40, again: 10, shop: 8, back: 8, regretted: 5, found: 6, lost: 5, stuck: 4, forgotten: 14 } as const
/** Until someone has scanned it, a label may be canceled. */
const STILL: readonly TrackingKind[] = ['registered', 'on_hold', 'unknown']

/** How late the list of labels shows a new one. */
const LIST_IS_LATE_MS = 45_000

export interface DepotOptions {
  readonly carrier: string
  /** Whether it makes a draft first, of which a label is bought once. Then it makes as many drafts as it is asked for; else one label a key. */
  readonly isInSteps: boolean
  readonly random: Random
  readonly scheduler: Scheduler
  readonly tell: (news: ParcelNews) => void
  readonly bought: (label: Label) => void
}

/** Something that the carrier tells by itself. */
export interface ParcelNews {
  readonly eventId: string
  readonly carrier: string
  readonly label: Label
  readonly event: TrackingEvent
}

/** A carrier: the truth of labels and parcels. It sells what it is asked for, and checks nothing. */
export class Depot {
  readonly carrier: string
  readonly isInSteps: boolean
  readonly labels: Label[] = []
  readonly #drafts: Draft[] = []
  readonly #options: DepotOptions
  /** Whether it takes an order, by its key: the same each time. */
  readonly #refused = new Map<string, boolean>()

  constructor (options: DepotOptions) {
    this.carrier = options.carrier
    this.isInSteps = options.isInSteps
    this.#options = options
  }

  /** Null: it takes no such shipment. */
  draft (request: ShipmentRequest): string | null {
    const { carrierKey } = request.shipment
    const course = this.#options.random.weighted({ taken: 88, refused: 5, refused_later: 7 })
    if (course === 'refused') return null
    const draft = { id: `${this.carrier}-draft-${this.#drafts.length + 1}`, carrierKey, isRefused: course === 'refused_later', request, label: null }
    this.#drafts.push(draft)
    return draft.id
  }

  /** The label of a draft, bought once. Null: it sells none of it. */
  buy (id: string): Label | null {
    const draft = this.#drafts.find((one) => one.id === id)
    if (draft === undefined || draft.isRefused) return null
    draft.label ??= this.#sell(draft.request)
    return draft.label
  }

  /** The label of a key, in one step, and the same for a repeat. Null: it takes no such shipment. */
  order (request: ShipmentRequest): Label | null {
    const { carrierKey } = request.shipment
    const isRefused = this.#refused.get(carrierKey) ?? this.#options.random.chance(0.12)
    this.#refused.set(carrierKey, isRefused)
    return isRefused ? null : this.labels.find((label) => label.carrierKey === carrierKey) ?? this.#sell(request)
  }

  ofDraft (id: string): Label | null {
    return this.#drafts.find((draft) => draft.id === id)?.label ?? null
  }

  /** The draft of a label. */
  draftOf (label: Label): string {
    return this.#drafts.find((draft) => draft.label === label)?.id ?? label.carrierKey
  }

  /** What the list of labels shows of a key. */
  listed (carrierKey: string): Label | null {
    const seen = this.#options.scheduler.now - (this.isInSteps ? LIST_IS_LATE_MS : 0)
    return this.labels.find((label) => label.carrierKey === carrierKey && label.boughtAt <= seen) ?? null
  }

  /** What it says to the wish to cancel a label; whether it does so is another thing. */
  cancel (label: Label): 'canceled' | 'requested' | 'refused' {
    if (label.wish === 'never' || isScanned(label)) return 'refused'
    if (label.wish === null) {
      label.wish = this.#options.random.weighted(WISHES)
      if (label.wish === 'canceled' || label.wish === 'ghost') label.isCanceled = true
      if (label.wish === 'later') this.#after(() => { if (!isScanned(label)) label.isCanceled = true })
      if (label.wish === 'ghost') this.#after(() => { this.#happen(label, 'handed_over') })
    }
    switch (label.wish) {
      case 'canceled': case 'lies': case 'ghost': return 'canceled'
      case 'refused': return 'refused'
      case 'later': case 'never': return 'requested'
    }
  }

  ofShipment (shipment: Pick<Shipment, 'shipmentId'>): Label[] {
    return this.labels.filter(({ shipmentId }) => shipmentId === shipment.shipmentId)
  }

  #sell ({ shipment: { carrierKey, shipmentId, paymentId }, to }: ShipmentRequest): Label {
    const { random, scheduler, bought } = this.#options
    const label: Label = { reference: `${this.carrier}-${this.labels.length + 1}`, carrierKey, shipmentId, paymentId, to, boughtAt: scheduler.now, wish: null, isCanceled: false, events: [] }
    this.labels.push(label)
    bought(label)
    this.#travel(label, [...JOURNEYS[random.weighted(LIKELY)] ?? []])
    return label
  }

  #travel (label: Label, kinds: TrackingKind[]): void {
    const kind = kinds.shift()
    if (kind === undefined) return
    this.#after(() => {
      if (label.isCanceled) return
      this.#happen(label, kind)
      this.#travel(label, kinds)
    })
  }

  #happen (label: Label, kind: TrackingKind): void {
    const { scheduler, tell } = this.#options
    const event: TrackingEvent = { eventId: `${label.reference}-${label.events.length}`, kind, rawCode: kind.toUpperCase(), text: '', location: 'İzmir', occurredAt: momentOf({ scheduler }) }
    label.events.push(event)
    tell({ eventId: `evt-${event.eventId}`, carrier: this.carrier, label, event })
  }

  #after (run: () => void): void {
    const { random, scheduler } = this.#options
    scheduler.after(random.chance(0.7) ? random.between(5_000, 60_000) : random.between(MINUTE_MS, 3 * HOUR_MS), run)
  }
}

function isScanned ({ events }: Label): boolean {
  return events.some(({ kind }) => !STILL.includes(kind))
}
