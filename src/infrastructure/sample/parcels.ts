/** A parcel, and what becomes of it. */
export interface SampleParcel {
  /** Of the simulated carrier, which says what becomes of it; null: the seller hands it over themselves. */
  readonly service: string | null
  /** What the seller reports of a parcel that they have handed over. */
  readonly reports: ReadonlyArray<'handed_over' | 'in_transit' | 'lost' | 'returned'>
  /** `confirmed`: the buyer says that they have it. `canceled`: the label is canceled. */
  readonly ends?: 'confirmed' | 'canceled'
  /** The buyer wants to send it back; an answer is that of the seller. */
  readonly wantsBack?: { readonly reason: string, readonly answer?: 'accepted' | 'declined' }
}

const byHand = (...reports: SampleParcel['reports']): SampleParcel => ({ service: null, reports })
const bySimulator = (service: string): SampleParcel => ({ service, reports: [] })
const ARRIVED: SampleParcel = { ...byHand('handed_over', 'in_transit'), ends: 'confirmed' }

/**
 * Each state of a shipment, once. Those of the simulated carrier move by themselves for half a minute after the run: to the door, to a pick-up point,
 * and back.
 */
export const PARCELS: readonly SampleParcel[] = [
  byHand(),
  byHand('handed_over'),
  byHand('handed_over', 'in_transit'),
  byHand('handed_over', 'lost'),
  byHand('handed_over', 'in_transit', 'returned'),
  { ...byHand(), ends: 'canceled' },
  { ...ARRIVED, wantsBack: { reason: 'Bedeni küçük geldi' } },
  { ...ARRIVED, wantsBack: { reason: 'The colour is not what I expected', answer: 'accepted' } },
  { ...ARRIVED, wantsBack: { reason: 'Vazgeçtim', answer: 'declined' } },
  bySimulator('sim_ok'),
  bySimulator('sim_error'),
  bySimulator('sim_refused'),
  bySimulator('sim_price_differs'),
  bySimulator('sim_waits_for_pickup'),
  bySimulator('sim_at_the_door'),
  bySimulator('sim_no_one_at_home'),
  bySimulator('sim_on_its_way_back'),
  bySimulator('sim_lost_and_found'),
]

/** What becomes of most parcels. */
export const USUAL_PARCELS: readonly [SampleParcel, ...SampleParcel[]] = [ARRIVED, ARRIVED, ARRIVED, byHand('handed_over'), byHand('handed_over', 'in_transit')]
