import t from 'tap'
import { withCancelConfirmed, withCancelRefused, withCancelWish } from '#domain/shipping/cancellation.js'
import { decided, parcelStateOf, SHIPMENT_EVENT_TYPES } from '#domain/shipping/decision.js'
import { concluded, withDueLease, withLabel, withLease, withNumber, withProgress, withRefusal } from '#domain/shipping/label.js'
import { RESOLUTIONS, withNews, withReceipt, withResolution, wordOf } from '#domain/shipping/news.js'
import { byDueAt, checkOf, TRACKED_MS } from '#domain/shipping/schedule.js'
import { SHIPMENT_STATUSES, type Shipment, type ShipmentStatus } from '#domain/shipping/shipment.js'
import { TRACKING_KINDS, type TrackingKind } from '#domain/shipping/tracking.js'
import { DAY_MS, HOUR_MS, laterBy, MINUTE_MS } from '#domain/time.js'
import { START } from '../../support/builders.js'
import { aLabel, aShipment, scan } from '../../support/shipments.js'
import { pick, seeded } from '../../support/random-payments.js'

const NOW = laterBy(START, HOUR_MS)
const FACTS = { carrierReference: 'ref-1', carrierName: 'Sürat', service: 'x', trackingNumber: 'T1', trackingUrl: null, price: { amount: 500, currency: 'TRY' } }
const claim = { owner: 'lease_2', until: laterBy(NOW, MINUTE_MS), now: NOW }
const typesOf = (before: Shipment, after: Shipment) => decided(before, after, NOW).events.map(({ type, data: { flag } }) => flag === undefined ? type : `${type} ${flag}`)

t.test('the status of a shipment is the same in whatever order its news and its cancellation come', (t) => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = seeded(seed)
    const steps: Array<(shipment: Shipment) => Shipment> = [
      ...Array.from({ length: 5 }, () => scan(pick(random, TRACKING_KINDS), Math.floor(random() * 9))).map((event) => (shipment: Shipment) => withNews(shipment, [event])),
      ...(random() < 0.3 ? [(shipment: Shipment) => withCancelConfirmed(shipment, laterBy(START, 4 * HOUR_MS))] : []),
    ]
    const orders = Array.from({ length: 6 }, () => steps.toSorted(() => random() - 0.5))
    const ends = orders.map((order) => order.reduce((shipment, step) => decided(shipment, step(shipment), NOW).shipment, aLabel()))
    t.equal(new Set(ends.map(({ status }) => status)).size, 1, `seed ${seed}`)
  }
  t.end()
})

t.test('each change has its events, and names people by ids alone', (t) => {
  t.same(typesOf(aShipment(), withLabel(aShipment(), FACTS)), ['shipment.created'])
  t.same(typesOf(aShipment(), { ...aShipment(), progress: 'p' }), [])
  t.same(typesOf(aLabel(), withNews(aLabel(), [scan('handed_over', 1), scan('delivered', 2)])), ['shipment.delivered'])
  t.same(typesOf(aShipment(), withRefusal(aShipment(), { code: 'E', message: '' }, 'lease_1')), ['shipment.refused', 'shipment.flagged refused_by_carrier'])
  const { shipment, events: [event] } = decided(aLabel({ updatedAt: laterBy(NOW, DAY_MS) }), withNews(aLabel(), [scan('lost', 1)]), NOW)
  t.match(event, { eventId: `${shipment.updatedAt}#ship_1#000003.000`, subjectId: 'ship_1', data: { paymentId: 'pay_1', sellerId: 'sela', buyerId: 'ada', status: 'lost', previousStatus: 'created' } })
  t.equal(shipment.updatedAt, laterBy(NOW, DAY_MS), 'time never moves backwards')
  const same = aLabel()
  t.same(decided(same, same, NOW), { shipment: same, events: [] })
  t.throws(() => decided(aLabel({ status: 'odd' as ShipmentStatus }), aLabel(), NOW), { code: 'payment_unreadable' })
  t.equal(SHIPMENT_EVENT_TYPES.length, SHIPMENT_STATUSES.length)
  t.end()
})

t.test('a shipment means for its items what its status says', (t) => {
  const states = SHIPMENT_STATUSES.map((status) => parcelStateOf(aShipment({ status })))
  t.same(states, ['open', 'void', 'open', 'void', 'void', 'open', 'shipped', 'shipped', 'shipped', 'shipped', 'shipped', 'delivered', 'shipped', 'returned', 'shipped'])
  t.end()
})

t.test('one owner at a time talks to the carrier, and a late one changes nothing', (t) => {
  const held = aShipment({ lease: { owner: 'lease_1', epoch: 1, until: laterBy(NOW, 1) } })
  t.equal(withLease(held, claim), held)
  const over = aShipment({ lease: { owner: 'lease_1', epoch: 1, until: NOW } })
  t.match(withLease(over, claim), { lease: { owner: 'lease_2', epoch: 2, until: claim.until }, check: { dueAt: claim.until } })
  t.equal(withLease(aShipment({ lease: over.lease, check: null }), claim).check, null)
  t.match(withLease(aShipment({ lease: over.lease, check: { tries: 1, dueAt: laterBy(NOW, DAY_MS) } }), claim).check, { dueAt: laterBy(NOW, DAY_MS) })
  const early = aShipment({ lease: over.lease, check: { tries: 1, dueAt: laterBy(NOW, 1) } })
  t.equal(withDueLease(early, claim), early)
  t.equal(withProgress(over, 'p', { ...claim, owner: 'lease_9' }), over)
  const made = aLabel()
  t.equal(withProgress(made, 'p', { ...claim, owner: 'lease_1' }), made)
  t.match(withProgress(aShipment({ check: null }), 'p', { ...claim, owner: 'lease_1' }), { progress: 'p', check: null })
  t.equal(withRefusal(over, { code: 'E', message: '' }, 'lease_9'), over)
  t.equal(concluded(over, 'lease_9', NOW, null), over)
  t.end()
})

t.test('a label is kept once, and another one is flagged', (t) => {
  const made = withLabel(aShipment(), FACTS)
  t.equal(withLabel(made, FACTS), made)
  t.match(withLabel(made, { ...FACTS, trackingNumber: 'T2' }), { trackingNumber: 'T2', flags: [] })
  t.same(withLabel(made, { ...FACTS, carrierReference: 'ref-2' }).flags, ['outcome_unknown'])
  t.equal(withNumber(made, { trackingNumber: null, trackingUrl: null }), made)
  t.match(withNumber(made, { trackingNumber: null, trackingUrl: 'https://t' }), { trackingNumber: 'T1', trackingUrl: 'https://t' })
  const quoted = aShipment({ price: { amount: 400, currency: 'TRY' } })
  t.same(withLabel(quoted, FACTS).flags, ['price_mismatch'])
  t.same(withLabel(quoted, { ...FACTS, price: { amount: 1, currency: 'EUR' } }).flags, ['price_mismatch'])
  t.match(withLabel(quoted, { ...FACTS, price: null }), { price: { amount: 400 }, flags: [] })
  t.match(withLabel(aShipment({ status: 'canceled', cancellation: { requestedAt: NOW, confirmedAt: NOW } }), FACTS), { status: 'canceled', flags: ['outcome_unknown'] })
  const late = decided(aShipment({ status: 'refused' }), withNews(aShipment({ status: 'refused' }), [scan('in_transit', 1)]), NOW).shipment
  t.match(late, { status: 'refused', flags: ['outcome_unknown'] })
  const harmless = aShipment({ status: 'refused' })
  t.match(decided(harmless, withNews(harmless, [scan('registered', 1)]), NOW).shipment, { status: 'refused', flags: [] })
  t.end()
})

t.test('what is wished, confirmed and refused of a cancellation', (t) => {
  const wished = withCancelWish(aLabel(), NOW)
  t.same(wished.cancellation, { requestedAt: NOW, confirmedAt: null })
  t.equal(withCancelWish(wished, NOW), wished)
  t.throws(() => withCancelWish(aLabel({ status: 'in_transit' }), NOW), { code: 'already_moving' })
  t.throws(() => withCancelWish(aShipment({ status: 'requested' }), NOW), { code: 'label_not_ready' })
  const declined = aShipment({ status: 'declined' })
  t.equal(withCancelWish(declined, NOW), declined)
  const refused = aShipment({ status: 'refused' })
  t.equal(withCancelWish(refused, NOW), refused)
  t.equal(withCancelConfirmed(refused, NOW), refused)
  const confirmed = withCancelConfirmed(wished, NOW)
  t.match(confirmed, { status: 'canceled', cancellation: { confirmedAt: NOW } })
  t.equal(withCancelConfirmed(confirmed, laterBy(NOW, 1)), confirmed)
  t.equal(withCancelRefused(confirmed), confirmed)
  t.equal(withCancelRefused(withCancelRefused(wished)).flags.length, 1)
  t.end()
})

t.test('the next look follows from the status', (t) => {
  const waits: Record<string, number | null> = {
    pending: MINUTE_MS, refused: null, canceled: DAY_MS, created: 6 * HOUR_MS, handed_over: 4 * HOUR_MS, in_transit: 4 * HOUR_MS, available_for_pickup: 6 * HOUR_MS, out_for_delivery: HOUR_MS,
    delivery_failed: 6 * HOUR_MS, delivered: DAY_MS, returning: 12 * HOUR_MS, returned: null, lost: DAY_MS,
  }
  for (const status of SHIPMENT_STATUSES) {
    const shipment = aLabel({ status })
    const wait = waits[status] ?? null
    const check = checkOf(shipment, 0, NOW)
    if (wait === null || check === null) t.equal(check, wait, status)
    else {
      const share = (Date.parse(check.dueAt) - Date.parse(NOW)) / wait
      t.ok(share >= 0.9 && share <= 1.1, `${status}: ${share}`)
    }
  }
  t.equal(checkOf(aLabel({ carrier: 'manual' }), 0, NOW), null)
  t.not(checkOf(aShipment({ carrier: 'manual' }), 0, NOW), null)
  t.equal(checkOf(aLabel({ status: 'delivered' }), 1, NOW), null)
  t.same([1, 6, 7].map((tries) => checkOf(aLabel({ status: 'delivered' }), tries, NOW, { isTold: false, isAnswered: false })?.tries), [1, 6, undefined], 'a carrier that does not answer is asked again, seven times in all')
  t.equal(checkOf(aLabel({ status: 'in_transit' }), 1, laterBy(START, TRACKED_MS)), null)
  t.ok(String(checkOf(aLabel({ status: 'in_transit' }), 0, NOW, { isTold: true, isAnswered: true })?.dueAt) > laterBy(NOW, 20 * HOUR_MS))
  t.ok(String(checkOf(aLabel({ status: 'out_for_delivery' }), 0, NOW, { isTold: true, isAnswered: true })?.dueAt) < laterBy(NOW, 2 * HOUR_MS))
  t.equal(checkOf(aShipment(), 8, NOW), null)
  const [one, other, none] = [aLabel({ check: { tries: 0, dueAt: NOW } }), aLabel({ check: { tries: 0, dueAt: laterBy(NOW, 1) } }), aLabel({ check: null })]
  t.same([none, other, one].toSorted(byDueAt), [one, other, none])
  t.end()
})

t.test('a parcel of which nothing is heard is flagged', (t) => {
  const look = (shipment: Shipment, days: number) => concluded({ ...shipment, lease: { owner: 'me', epoch: 2, until: NOW } }, 'me', laterBy(START, days * DAY_MS), { isTold: false, isAnswered: true })
  t.same(look(aLabel(), 13).flags, [])
  t.same(look(aLabel(), 14).flags, ['tracking_silent'])
  t.same(look(aLabel({ status: 'in_transit' }), 44).flags, [])
  t.match(look(aLabel({ status: 'in_transit' }), 45), { flags: ['tracking_silent'], check: null })
  t.same(look(aLabel({ status: 'delivered' }), 45).flags, [])
  t.match(look(aShipment({ check: null }), 1), { check: { tries: 1 } })
  t.end()
})

t.test('a parcel whose news ends the looks is flagged, unless it has ended or a person has said what became of it', (t) => {
  const late = laterBy(START, 46 * DAY_MS)
  const told = (shipment: Shipment, kind: TrackingKind) => decided(shipment, withNews(shipment, [wordOf(kind, 'SCAN', late)]), late)
  const { shipment, events } = told(aLabel(), 'lost')
  t.match(shipment, { status: 'lost', check: null, flags: ['tracking_silent'] })
  t.same(events.map(({ type }) => type), ['shipment.lost', 'shipment.flagged'])
  t.same(told(aLabel(), 'delivered').shipment.flags, [])
  t.match(told(aLabel({ carrier: 'manual' }), 'in_transit').shipment, { check: null, flags: [] })
  t.match(decided(aLabel(), withResolution(aLabel(), 'lost', late), late).shipment, { status: 'lost', check: null, flags: [] })
  const asked = { ...aLabel({ status: 'in_transit' }), lease: { owner: 'me', epoch: 2, until: late } }
  t.match(concluded(asked, 'me', late, null), { check: null, flags: ['tracking_silent'] })
  t.end()
})

t.test('the word of a person is one event, and what they decide ends the doubt', (t) => {
  const received = withReceipt(aLabel(), NOW)
  t.equal(withReceipt(received, laterBy(NOW, DAY_MS)), received)
  t.throws(() => withReceipt(aShipment({ status: 'canceled' }), NOW), { code: 'label_not_ready' })
  t.match(wordOf('lost', 'RESOLVED', NOW), { text: '', eventId: `RESOLVED-lost-${NOW}` })
  for (const as of RESOLUTIONS) {
    const doubted = aShipment({ flags: ['outcome_unknown', 'price_mismatch'] })
    t.match(decided(doubted, withResolution(doubted, as, NOW), NOW).shipment, { status: as, flags: ['price_mismatch'] })
    t.match(decided(aLabel(), withResolution(aLabel(), as, NOW), NOW).shipment, { status: as })
  }
  for (const as of ['delivered', 'lost', 'returned'] as const) t.throws(() => withResolution(aShipment({ status: 'refused' }), as, NOW), { code: 'label_not_ready' })
  t.doesNotThrow(() => withResolution(aShipment({ status: 'refused' }), 'canceled', NOW))
  t.end()
})
