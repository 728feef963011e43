import fc from 'fast-check'
import t from 'tap'
import { movedAfter, TRACKING_KINDS, type TrackingEvent, type TrackingKind, trackingStatusOf, withEvents } from '#domain/shipping/tracking.js'

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString()
const event = (kind: TrackingKind, minute: number, eventId = `${kind}-${minute}`): TrackingEvent => ({ eventId, kind, rawCode: kind, text: '', location: '', occurredAt: at(minute) })
const history = (...kinds: readonly TrackingKind[]): readonly TrackingEvent[] => kinds.map((kind, minute) => event(kind, minute))

t.test('the status is the last scan, and what is no scan changes nothing', async (t) => {
  const cases: ReadonlyArray<readonly [readonly TrackingKind[], string]> = [
    [[], 'created'],
    [['registered', 'on_hold', 'unknown'], 'created'],
    [['registered', 'handed_over'], 'handed_over'],
    [['handed_over', 'in_transit', 'on_hold'], 'in_transit'],
    [['in_transit', 'out_for_delivery', 'delivery_failed'], 'delivery_failed'],
    [['out_for_delivery', 'delivery_failed', 'out_for_delivery'], 'out_for_delivery'],
    [['out_for_delivery', 'delivery_failed', 'available_for_pickup'], 'available_for_pickup'],
  ]
  for (const [kinds, status] of cases) t.equal(trackingStatusOf(history(...kinds)), status, kinds.join(' '))
})

t.test('a delivered parcel can only come back, and a returned one is done', async (t) => {
  t.equal(trackingStatusOf(history('out_for_delivery', 'delivered', 'in_transit', 'lost', 'delivery_failed')), 'delivered')
  t.equal(trackingStatusOf(history('delivered', 'returning', 'in_transit', 'out_for_delivery')), 'returning')
  t.equal(trackingStatusOf(history('delivered', 'returning', 'delivered')), 'delivered')
  t.equal(trackingStatusOf(history('delivered', 'returning', 'lost')), 'lost')
  t.equal(trackingStatusOf(history('returned', 'delivered', 'in_transit', 'lost')), 'returned')
  t.equal(trackingStatusOf(history('in_transit', 'returning', 'in_transit')), 'returning')
})

t.test('a lost parcel is found by any later scan', async (t) => {
  t.equal(trackingStatusOf(history('in_transit', 'lost')), 'lost')
  t.equal(trackingStatusOf(history('in_transit', 'lost', 'registered', 'on_hold')), 'lost')
  t.equal(trackingStatusOf(history('in_transit', 'lost', 'in_transit')), 'in_transit')
  t.equal(trackingStatusOf([event('lost', 1), event('in_transit', 1)]), 'in_transit', 'also in the same minute')
})

t.test('a scan after the label was canceled is told', async (t) => {
  t.equal(movedAfter(at(5), history('registered', 'handed_over')), false)
  t.equal(movedAfter(at(5), [event('registered', 6), event('lost', 7)]), false)
  t.equal(movedAfter(at(5), [event('in_transit', 6)]), true)
})

const anEvent = fc.record({ kind: fc.constantFrom(...TRACKING_KINDS), minute: fc.integer({ min: 0, max: 5 }), id: fc.integer({ min: 0, max: 4 }), rawCode: fc.constantFrom('a', 'b') })
  .map(({ kind, minute, id, rawCode }) => ({ ...event(kind, minute, `e${id}`), rawCode }))

/** All orders of some things. */
function orders<T> (things: readonly T[]): ReadonlyArray<readonly T[]> {
  return things.length === 0 ? [[]] : things.flatMap((first, index) => orders(things.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}

t.test('all orders of up to seven events, each told twice, end the same', async (t) => {
  const sequences = [history('handed_over', 'in_transit', 'out_for_delivery', 'delivery_failed', 'out_for_delivery', 'delivered', 'returning'), history('registered', 'in_transit', 'lost', 'in_transit', 'returning', 'lost', 'returned')]
  for (const sequence of sequences) {
    const [first, ...others] = orders(sequence).map((order) => order.reduce<readonly TrackingEvent[]>((known, one) => withEvents(withEvents(known, [one]), [one]), []))
    t.same(first, sequence)
    for (const other of others) if (JSON.stringify(other) !== JSON.stringify(first)) t.fail('another order ended otherwise')
  }
})

t.test('any split, order and repetition of any events ends with the same events and status', async (t) => {
  fc.assert(fc.property(fc.array(anEvent, { maxLength: 12 }).chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }), fc.integer({ min: 0, max: 12 }))), ([events, shuffled, cut]) => {
    const atOnce = withEvents([], events)
    const inParts = withEvents(withEvents(withEvents([], shuffled.slice(0, cut)), shuffled.slice(cut)), shuffled)
    return JSON.stringify(atOnce) === JSON.stringify(inParts) && trackingStatusOf(atOnce) === trackingStatusOf(shuffled.length === atOnce.length ? shuffled : inParts)
  }))
  t.pass('for any history')
})

t.test('of very many events a bounded number is kept, without a change of the status, in any order', async (t) => {
  const many = Array.from({ length: 500 }, (_, minute) => event(TRACKING_KINDS[minute * 7 % 9] ?? 'unknown', minute))
  const kept = withEvents([], many)
  t.ok(kept.length <= 100)
  t.equal(trackingStatusOf(kept), trackingStatusOf(many))
  const oneByOne = many.toReversed().reduce<readonly TrackingEvent[]>((known, one) => withEvents(known, [one]), [])
  t.same(oneByOne, kept)
  t.equal(kept[0]?.occurredAt, at(0))
  t.equal(kept.at(-1)?.occurredAt, at(499))
})
