import t from 'tap'
import type { TrackingKind } from '#domain/shipping/tracking.js'
import { eventsOf, kindOf } from '#adapters/carriers/easypost/tracker.js'

const TABLE: ReadonlyArray<readonly [status: string, detail: string, kind: TrackingKind]> = [
  ['unknown', 'unknown', 'unknown'],
  ['pre_transit', 'label_created', 'registered'],
  ['in_transit', 'arrived_at_facility', 'in_transit'],
  ['in_transit', '', 'in_transit'],
  ['in_transit', 'received_at_origin_facility', 'handed_over'],
  ['in_transit', 'held', 'on_hold'],
  ['in_transit', 'delayed', 'on_hold'],
  ['in_transit', 'weather_delay', 'on_hold'],
  ['in_transit', 'address_correction', 'on_hold'],
  ['in_transit', 'return', 'returning'],
  ['in_transit', 'lost', 'lost'],
  ['out_for_delivery', 'out_for_delivery', 'out_for_delivery'],
  ['available_for_pickup', 'arrived_at_destination', 'available_for_pickup'],
  ['delivered', 'arrived_at_destination', 'delivered'],
  ['return_to_sender', 'return', 'returning'],
  ['failure', 'refused', 'delivery_failed'],
  ['failure', 'damaged', 'delivery_failed'],
  ['failure', 'lost', 'lost'],
  ['failure', 'held', 'on_hold'],
  ['failure', 'return', 'returning'],
  ['failure', 'expired', 'unknown'],
  ['cancelled', 'cancelled', 'unknown'],
  ['error', 'unknown', 'unknown'],
  ['error', 'lost', 'lost'],
  ['teleported', 'unknown', 'unknown'],
]

t.test('each status of EasyPost is one of our kinds, and its own code is kept', async (t) => {
  for (const [status, detail, kind] of TABLE) {
    t.equal(kindOf(status, detail), kind, `${status} ${detail}`)
    const [event] = eventsOf({ tracking_code: 'EZ1', tracking_details: [{ status, status_detail: detail, datetime: '2026-03-01T15:00:00Z' }] })
    t.match(event, { kind, rawCode: detail === '' ? status : `${status}.${detail}`, occurredAt: '2026-03-01T15:00:00.000Z' })
  }
})

const DETAIL = { status: 'in_transit', status_detail: 'departed_facility', message: 'Departed', datetime: '2026-03-01T15:00:00Z', tracking_location: { city: 'ORLANDO', state: 'FL', country: 'US' } }

t.test('reports come with their place, whatever the status above them says, and twice or reversed are the same', async (t) => {
  const later = { ...DETAIL, status: 'delivered', datetime: '2026-03-02T15:00:00Z' }
  const events = eventsOf({ tracking_code: 'EZ1', status: 'pre_transit', updated_at: '2026-03-03T15:00:00Z', tracking_details: [DETAIL, later] })
  t.match(events, [{ kind: 'in_transit', text: 'Departed', location: 'ORLANDO, FL, US' }, { kind: 'delivered' }])
  t.equal(events.length, 2)
  const again = eventsOf({ tracking_code: 'EZ1', tracking_details: [later, DETAIL, DETAIL] })
  t.same(new Set(again.map(({ eventId }) => eventId)), new Set(events.map(({ eventId }) => eventId)))
  t.not(eventsOf({ tracking_code: 'EZ2', tracking_details: [DETAIL] })[0]?.eventId, events[0]?.eventId)
})

t.test('a tracker without reports tells its status, unless it knows none', async (t) => {
  const tracker = { tracking_code: 'EZ1', status: 'delivered', updated_at: '2026-03-03T15:00:00Z', tracking_details: [] }
  t.match(eventsOf(tracker), [{ kind: 'delivered', occurredAt: '2026-03-03T15:00:00.000Z' }])
  t.same(eventsOf({ ...tracker, status: 'unknown' }), [])
})

t.test('a report without a time is left out, and a long one is cut', async (t) => {
  t.same(eventsOf({ tracking_code: 'EZ1', tracking_details: [{ ...DETAIL, datetime: 'yesterday' }, { ...DETAIL, datetime: '2026-99-99T00:00:00Z' }, null] }), [])
  const [event] = eventsOf({ tracking_code: 'EZ1', tracking_details: [{ ...DETAIL, message: '📦'.repeat(300), tracking_location: { city: 'x'.repeat(300) } }] })
  t.match(event, { text: '📦'.repeat(200), location: 'x'.repeat(80) })
  t.equal(event?.text.length, 400)
})
