import fc from 'fast-check'
import t from 'tap'
import { LayeredMap } from '#domain/rooms/layered-map.js'
import { FIRST_SETTINGS } from '#domain/rooms/room.js'
import type { FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import { RoomState } from '#domain/rooms/room-state.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'

const at = (seconds: number): string => laterBy(START, seconds * 1000)
const user = fc.constantFrom('ayse', 'bora', 'ceren')
const messageId = fc.nat(9).map((number) => `msg_${number}`)

/** An entry of any kind, without its time. */
const anEntry: fc.Arbitrary<(time: string) => RoomEntry> = fc.oneof(
  fc.record({ messageId, senderId: user }).map((fields) => (time: string): RoomEntry => ({ type: 'message', at: time, role: 'viewer', text: 'a', replyTo: null, isHidden: false, ...fields })),
  fc.record({ userId: user, kind: fc.constantFrom('mute' as const, 'ban' as const), isOn: fc.boolean() }).map((fields) => (time: string): RoomEntry =>
    ({ type: 'sanction', at: time, until: null, reason: null, by: null, ...fields })),
  fc.record({ userId: user, isModerator: fc.boolean() }).map((fields) => (time: string): RoomEntry => ({ type: 'role', at: time, by: null, ...fields })),
  fc.record({ messageId, userId: user }).map((fields) => (time: string): RoomEntry =>
    ({ type: 'report', at: time, position: { page: 1, index: 0 }, senderId: 'ayse', reason: 'spam', note: null, ...fields })),
  messageId.map((id) => (time: string): RoomEntry => ({ type: 'report.resolved', at: time, messageId: id, by: null })),
  messageId.map((id) => (time: string): RoomEntry => ({ type: 'message.deleted', at: time, messageId: id, position: { page: 1, index: 0 }, by: null })),
  messageId.map((id) => (time: string): RoomEntry => ({ type: 'order', at: time, messageId: id, productId: null, units: 1 })),
  fc.constant((time: string): RoomEntry => ({ type: 'metered', at: time })),
  fc.nat(5).map((left) => (time: string): RoomEntry => ({ type: 'minutes', at: time, left, endsAt: time })),
  messageId.map((id) => (time: string): RoomEntry => ({ type: 'announcement', at: time, messageId: id, text: 'a', by: null })),
  fc.nat(9).map((slowModeS) => (time: string): RoomEntry => ({ type: 'room', at: time, streamerId: 'str_1', version: 1, status: 'live', settings: { ...FIRST_SETTINGS, slowModeS } }))
)

const aFeed = fc.array(fc.tuple(fc.array(anEntry, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 200 })), { minLength: 1, maxLength: 20 }).map((pages) => {
  let seconds = 0
  return pages.map(([entries, later], index): FeedPage => {
    seconds += later
    return { feedId: 'room#1', page: index + 1, entries: entries.map((entry) => entry(at(seconds))), writer: `wrt_${index}`, writtenAt: at(seconds) }
  })
})

/** Everything by which a state decides. */
function shown (state: RoomState) {
  const { page, at: time, streamerId, status, settings, moderators, sanctions, reported, sent, paces, minutes } = state
  return { minutes, page, time, streamerId, status, settings, moderators: [...moderators].toSorted(), sanctions: [...sanctions.entries()], reported: [...reported.entries()], sent: [...sent.entries()], paces: [...paces.entries()] }
}

t.test('any part of a feed, as its snapshot and the pages of the window, leads to the same state with the rest', async (t) => {
  fc.assert(fc.property(aFeed, fc.nat(), (pages, cut) => {
    const whole = new RoomState()
    for (const page of pages) whole.apply(page)
    const part = new RoomState()
    const count = cut % (pages.length + 1)
    for (const page of pages.slice(0, count)) part.apply(page)
    const snapshot = structuredClone(part.snapshot())
    const again = RoomState.from(snapshot)
    for (const page of pages.slice(snapshot.windowFrom, count)) again.remember(page)
    for (const page of pages.slice(count)) again.apply(page)
    t.strictSame(shown(again), shown(whole))
  }), { numRuns: 200, seed: 1 })
})

t.test('a state that lies on another one sees the same, and leaves the other as it is', async (t) => {
  fc.assert(fc.property(aFeed, fc.nat(), (pages, cut) => {
    const below = new RoomState()
    const count = cut % pages.length
    for (const page of pages.slice(0, count)) below.apply(page)
    const before = structuredClone(shown(below))
    const above = new RoomState(below)
    const whole = new RoomState()
    for (const page of pages.slice(0, count)) whole.apply(page)
    for (const { page, entries } of pages.slice(count, count + 1)) {
      entries.forEach((entry, index) => {
        above.add(entry, { page, index })
        whole.add(entry, { page, index })
      })
    }
    t.strictSame(shown(below), before)
    const asSets = (state: RoomState) => ({ ...shown(state), sanctions: new Map(state.sanctions.entries()), reported: new Map(state.reported.entries()), sent: new Map(state.sent.entries()), paces: new Map(state.paces.entries()) })
    t.strictSame(asSets(above), asSets(whole))
    t.equal(above.sanctions.size, [...above.sanctions.entries()].length)
  }), { numRuns: 200, seed: 1 })
})

t.test('an entry of a newer version changes nothing but the time', async (t) => {
  const state = new RoomState()
  state.apply({ feedId: 'room#1', page: 1, entries: [{ type: 'raid', at: at(1), to: 'other' } as unknown as RoomEntry], writer: 'wrt_1', writtenAt: at(1) })
  t.strictSame(shown(state), { ...shown(new RoomState()), page: 1, time: at(1) })
})

t.test('settings that a snapshot or an entry of an earlier version lacks have their first values', async (t) => {
  const { settings: _, ...rest } = new RoomState().snapshot()
  t.same(RoomState.from({ ...rest, settings: {} as never }).settings, FIRST_SETTINGS)
})

t.test('a removal of what is not there changes nothing', async (t) => {
  const map = new LayeredMap<number>()
  map.remove('a')
  t.equal(map.size, 0)
  map.set('a', 1)
  const above = new LayeredMap(map)
  above.remove('a')
  above.remove('a')
  t.equal(above.size, 0)
  t.equal(above.get('a'), null)
  t.equal(map.get('a'), 1)
})
