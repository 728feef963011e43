import t from 'tap'
import { admitMessage, admitReport, admitResolution, admitRole, admitSanction, MODERATORS_MAX, SANCTIONS_MAX, type Person } from '#domain/rooms/admit.js'
import type { MessageEntry } from '#domain/rooms/room-entry.js'
import { RoomState } from '#domain/rooms/room-state.js'
import { FIRST_SETTINGS } from '#domain/rooms/room.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'

const admin: Person = { userId: null, isOwner: false, isAdmin: true }
const viewer: Person = { userId: 'ayse', isOwner: false, isAdmin: false }
const place = { page: 1, index: 0 }
const message = (messageId: string): MessageEntry => ({ type: 'message', at: START, messageId, senderId: 'ayse', role: 'viewer', text: 'a', replyTo: null, isHidden: false })

function liveState (): RoomState {
  const state = new RoomState()
  state.add({ type: 'room', at: START, streamerId: 'str_1', version: 2, status: 'live', settings: FIRST_SETTINGS }, place)
  return state
}

function mute (state: RoomState, userId: string, reason: string | null = null): void {
  const entry = admitSanction(state, { userId, kind: 'mute', isOn: true, minutes: null, reason }, admin, START)
  if (entry !== null) state.add(entry, place)
}

t.test('a room has at most 50 moderators', async (t) => {
  const state = liveState()
  for (let number = 0; number < MODERATORS_MAX; number++) {
    const entry = admitRole(state, { userId: `user${number}`, isModerator: true }, admin, START)
    if (entry !== null) state.add(entry, place)
  }
  t.equal(admitRole(state, { userId: 'user0', isModerator: true }, admin, START), null)
  t.throws(() => admitRole(state, { userId: 'other', isModerator: true }, admin, START), { code: 'sanction_limit' })
})

t.test('a room keeps at most 2,000 sanctions, and one that is there may be changed', async (t) => {
  const state = liveState()
  for (let number = 0; number < SANCTIONS_MAX; number++) state.sanctions.set(`mute u${number}`, { userId: `u${number}`, kind: 'mute', until: null, reason: null, by: null, at: START })
  t.throws(() => { mute(state, 'other') }, { code: 'sanction_limit' })
  t.doesNotThrow(() => { mute(state, 'u7', 'again') })
  t.equal(state.sanctions.size, SANCTIONS_MAX)
})

t.test('sanctions and reports together stay below what a row of DynamoDB takes', async (t) => {
  const state = liveState()
  t.throws(() => { for (let number = 0; number < SANCTIONS_MAX; number++) mute(state, `user${number}`, 'ğ'.repeat(200)) }, { code: 'sanction_limit' })
  t.throws(() => admitReport(state, message('msg_1'), place, { userId: 'bora', reason: 'spam', note: null }, START), { code: 'sanction_limit' })
  const bytes = Buffer.byteLength(JSON.stringify(state.snapshot()))
  t.ok(bytes > 180 * 1024 && bytes < 390 * 1024, String(bytes))
})

t.test('a hundred reported messages wait at most, and the oldest is forgotten', async (t) => {
  const state = liveState()
  for (let number = 0; number < 101; number++) {
    const admitted = admitReport(state, message(`msg_${number}`), place, { userId: 'bora', reason: 'spam', note: null }, START)
    if (admitted !== null) state.add(admitted.entry, place)
  }
  t.equal(state.reported.size, 100)
  t.equal(state.reported.get('msg_0'), null)
})

t.test('what another moderator has resolved meanwhile needs no entry', async (t) => {
  t.equal(admitResolution(liveState(), 'msg_1', admin, START), null)
})

t.test('a repeat is recognised among the last 20,000 messages', async (t) => {
  const state = liveState()
  const entries = Array.from({ length: 250 }, (_, index) => message(String(index)))
  for (let page = 1; page <= 81; page++) state.apply({ feedId: 'room#1', page, entries: entries.map((entry) => ({ ...entry, messageId: `${page}.${entry.messageId}` })), writer: 'wrt', writtenAt: START })
  t.equal(state.sent.size, 20_000)
  t.equal(state.sent.get('1.0'), null)
  t.same(state.sent.get('2.0')?.position, { page: 2, index: 0 })
})

t.test('the room counts the messages of the last second, of all senders', async (t) => {
  const state = liveState()
  const send = (userId: string, at: string): void => { state.add(admitMessage(state, { userId, messageId: `${userId} ${at}`, text: 'a', replyTo: null }, { ...viewer, userId }, 3, at), place) }
  for (const userId of ['a', 'b', 'c']) send(userId, START)
  t.throws(() => { send('d', laterBy(START, 999)) }, { code: 'room_busy' })
  t.doesNotThrow(() => { send('d', laterBy(START, 1000)) })
})
