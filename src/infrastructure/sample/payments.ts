import { currencyOf, offersOf, type Offer, type SampleCurrency } from './catalogue.js'
import type { Draw } from './draw.js'
import { PARCELS, USUAL_PARCELS, type SampleParcel } from './parcels.js'
import { BUYERS, SELLERS, type Locale, type Person } from './people.js'

interface Item {
  readonly name: string
  readonly quantity: number
  /** Minor units. */
  readonly unitAmount: number
}

/** What becomes of a payment. */
interface Fate {
  /** What the simulator does with it. */
  readonly token: string
  /** Of the amount: half of it, or all that is left. */
  readonly refunds?: ReadonlyArray<'half' | 'rest'>
  /** The payer changes their mind before they pay. */
  readonly isCanceled?: true
  /** The bank writes of a dispute, and an administrator records it. */
  readonly isDisputedByLetter?: true
  readonly parcel?: SampleParcel
}

export interface SamplePayment extends Omit<Fate, 'refunds'> {
  /** Names the order and the idempotency key. */
  readonly name: string
  readonly payer: Person
  readonly seller: Person
  readonly currency: SampleCurrency
  readonly items: readonly Item[]
  /** Minor units, as all amounts. */
  readonly shippingAmount: number
  readonly amount: number
  /** All that is left, without an amount. */
  readonly refunds: ReadonlyArray<{ readonly amount?: number, readonly reason: string }>
  /** The room in which it is ordered, and the product. */
  readonly ordered?: { readonly room: string, readonly productId: string }
}

/** What orders of the sample begin with. */
export const SAMPLE_ORDERS = 'sample-'

const OK = 'tok_ok'
/** How many payments have which fate: those of a small shop's month. */
const FATES: ReadonlyArray<readonly [count: number, fate: Fate]> = [
  [60, { token: OK }],
  [8, { token: 'tok_declined' }],
  [5, { token: 'tok_insufficient_funds' }],
  [2, { token: 'tok_requires_action' }],
  [1, { token: 'tok_requires_action', isCanceled: true }],
  [1, { token: 'tok_voucher+lost' }],
  [2, { token: 'tok_processing' }],
  [1, { token: 'tok_processing_fails' }],
  [1, { token: 'tok_timeout_charged' }],
  [1, { token: 'tok_error' }],
  [1, { token: 'tok_amount_mismatch' }],
  [1, { token: 'tok_dispute' }],
  [1, { token: 'tok_dispute_won' }],
  [1, { token: 'tok_dispute_lost' }],
  [1, { token: 'tok_inquiry' }],
  [1, { token: OK, isDisputedByLetter: true }],
  [1, { token: 'tok_dashboard_refund' }],
  [1, { token: 'tok_refund_fails_later', refunds: ['half'] }],
  [1, { token: 'tok_refund_refused', refunds: ['half'] }],
  [6, { token: OK, refunds: ['half'] }],
  [4, { token: OK, refunds: ['rest'] }],
  [2, { token: OK, refunds: ['half', 'rest'] }],
]
const SHIPPED = 48
const ROOM_ORDERS = 4
const FIRST_NUMBER = 1001

const REASONS: Readonly<Record<Locale, readonly [string, ...string[]]>> = {
  tr: ['Bir köşesi sökük', 'Ürün elime ulaşmadı', 'Rengi farklı geldi', 'Müşteri vazgeçti'],
  en: ['One corner is torn', 'One did not arrive', 'Returned unworn', 'The customer has changed their mind'],
}
const SHIPPING: Readonly<Record<SampleCurrency, readonly [number, ...number[]]>> = { TRY: [0, 4_990, 6_990], USD: [0, 900, 1_500] }

/** A month of payments, in the order in which they are made, with those of the live rooms among them. */
export function paymentsOf (draw: Draw, seed: number, rooms: ReadonlyArray<{ readonly name: string, readonly streamer: Person }>): readonly SamplePayment[] {
  const fates = [
    ...FATES.flatMap(([count, fate]) => Array<Fate>(count).fill(fate)),
    ...PARCELS.map((parcel) => ({ token: OK, parcel })),
    ...Array.from({ length: SHIPPED }, () => ({ token: OK, parcel: draw.pick(USUAL_PARCELS) })),
  ]
  const drafts = [
    // By turns, so that no payer is declined more often than the service lets a person be.
    ...fates.map((fate, index) => draft(draw, fate, BUYERS[index % BUYERS.length] as Person, draw.pick(SELLERS))),
    ...rooms.flatMap(({ name: room, streamer }) => Array.from({ length: ROOM_ORDERS }, () => inRoom(draw, room, streamer))),
  ]
  return draw.shuffled(drafts).map((payment, index) => ({ ...payment, name: `${SAMPLE_ORDERS}${seed}-${FIRST_NUMBER + index}` }))
}

type Draft = Omit<SamplePayment, 'name'>

function draft (draw: Draw, fate: Fate, payer: Person, seller: Person, offers: readonly Offer[] = draw.shuffled(offersOf(seller)).slice(0, 1 + draw.below(3))): Draft {
  const currency = currencyOf(payer)
  const items = offers.map(({ name, price }) => ({ name: name[payer.locale], quantity: 1 + draw.below(2), unitAmount: price[currency] }))
  const shippingAmount = draw.pick(SHIPPING[currency])
  const amount = items.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, shippingAmount)
  const refunds = (fate.refunds ?? []).map((share) => ({ ...(share === 'half' && { amount: Math.floor(amount / 20) * 10 }), reason: draw.pick(REASONS[payer.locale]) }))
  return { ...fate, payer, seller, currency, items, shippingAmount, amount, refunds }
}

function inRoom (draw: Draw, room: string, streamer: Person): Draft {
  const offer = draw.pick(offersOf(streamer))
  return { ...draft(draw, { token: OK }, draw.pick(BUYERS), streamer, [offer]), ordered: { room, productId: offer.productId } }
}
