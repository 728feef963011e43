import fc from 'fast-check'
import t from 'tap'
import { DomainError } from '#domain/errors.js'
import { checkMetadata, depthOf, jsonBytes, METADATA_MAX_BYTES, METADATA_MAX_DEPTH, type Json, type JsonObject } from '#domain/json.js'
import { conversationIdOf, MESSAGE_MAX_CHARACTERS, messageKey, messageSent, newMessage, orderedAtOf, placedAfter, placedInOrder } from '#domain/messages/message.js'
import { createdAtOf, createdKey, idOf, laterBy, secondsUntil } from '#domain/time.js'
import { aMessage, START } from '../../support/builders.js'

const draft = { senderId: 'bora', receiverId: 'ada', message: 'merhaba', type: 'text', metadata: { order: 7 } }
const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString())
const ids = fc.uuid().map((id) => `msg_${id}`)

function nested (levels: number): JsonObject {
  return levels === 1 ? {} : { deeper: nested(levels - 1) }
}

t.test('a new message is sent, unread, and belongs to the conversation of its two people', async (t) => {
  t.strictSame(newMessage(draft, 'msg_1', 'print', START), {
    messageId: 'msg_1',
    conversationId: 'ada#bora',
    senderId: 'bora',
    receiverId: 'ada',
    message: 'merhaba',
    type: 'text',
    metadata: { order: 7 },
    status: 'sent',
    read: false,
    readAt: null,
    createdAt: START,
    fingerprint: 'print',
  })
})

t.test('both directions are one conversation, and no other pair has its id', async () => {
  const userIds = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,20}$/)
  fc.assert(fc.property(userIds, userIds, (one, other) => conversationIdOf(one, other) === conversationIdOf(other, one)))
  fc.assert(fc.property(userIds, userIds, (one, other) => conversationIdOf(one, other).split('#').sort().join() === [one, other].sort().join()))
})

t.test('a user cannot message themselves', async (t) => {
  t.throws(() => newMessage({ ...draft, receiverId: 'bora' }, 'msg_1', 'print', START), { code: 'self_message', name: 'DomainError' })
})

t.test('a message has 1 to 4,000 characters, each counted once whatever it takes in UTF-16', async (t) => {
  const withText = (message: string) => () => newMessage({ ...draft, message }, 'msg_1', 'print', START)
  t.throws(withText(''), { code: 'message_length' })
  t.throws(withText('a'.repeat(MESSAGE_MAX_CHARACTERS + 1)), { code: 'message_length' })
  t.throws(withText('🎬'.repeat(MESSAGE_MAX_CHARACTERS + 1)), { code: 'message_length' })
  for (const text of [' ', '\n', '\u200b\u200b', '\u3164', '\u2800']) t.throws(withText(text), { code: 'message_length' }, 'it shows nothing')
  for (const text of ['a', ' a ', 'a'.repeat(MESSAGE_MAX_CHARACTERS), '🎬'.repeat(MESSAGE_MAX_CHARACTERS)]) t.equal(withText(text)().message, text)
})

t.test('a message with too large metadata is refused', async (t) => {
  t.throws(() => newMessage({ ...draft, metadata: nested(METADATA_MAX_DEPTH + 1) }, 'msg_1', 'print', START), { code: 'metadata_too_large' })
})

t.test('metadata nests at most five levels, in objects and lists alike', async (t) => {
  t.doesNotThrow(() => checkMetadata(nested(METADATA_MAX_DEPTH)))
  t.throws(() => checkMetadata(nested(METADATA_MAX_DEPTH + 1)), { code: 'metadata_too_large' })
  t.doesNotThrow(() => checkMetadata({ a: [[[[1, null, 'x']]]] }))
  t.throws(() => checkMetadata({ a: [[[[[]]]]] }), { code: 'metadata_too_large' })
  t.throws(() => checkMetadata(nested(2_000)), { code: 'metadata_too_large' })
})

t.test('metadata takes at most 8 KiB of UTF-8 JSON', async (t) => {
  const around = jsonBytes({ a: '' })
  t.doesNotThrow(() => checkMetadata({ a: 'x'.repeat(METADATA_MAX_BYTES - around) }))
  t.throws(() => checkMetadata({ a: 'x'.repeat(METADATA_MAX_BYTES - around + 1) }), { code: 'metadata_too_large' })
  t.throws(() => checkMetadata({ a: 'ş'.repeat(METADATA_MAX_BYTES / 2) }), { code: 'metadata_too_large' }, 'bytes, not characters')
})

t.test('the depth of a value is its deepest nesting, counted up to the limit', async () => {
  const walked = (value: Json): number => typeof value !== 'object' || value === null
    ? 0
    : 1 + Math.max(0, ...Object.values(value).map((child) => walked(child)))
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 8, depthSize: 'max' }), fc.nat(8), (value, limit) =>
    depthOf(value, limit) === Math.min(walked(value as Json), limit + 1)))
})

t.test('the bytes of a value are those of its JSON', async () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => jsonBytes(value as Json) === Buffer.byteLength(JSON.stringify(value))))
})

t.test('a message keeps its time unless that lies before the newest of its conversation', async (t) => {
  const message = aMessage({ messageId: 'msg_b' })
  t.equal(placedAfter(message, null), message)
  t.equal(placedAfter(message, createdKey(laterBy(START, -1), 'msg_z')), message)
  t.equal(placedAfter(message, createdKey(START, 'msg_a')), message)
  t.equal(placedAfter(message, messageKey(message)).createdAt, laterBy(START, 1))
  t.same(placedAfter(message, createdKey(START, 'msg_c')), { ...message, createdAt: laterBy(START, 1) })
  t.same(placedAfter(message, createdKey(laterBy(START, 9_999), 'msg_a')), { ...message, createdAt: laterBy(START, 10_000) })
})

t.test('a message keeps its time behind one that is dated more than ten seconds later, and moves its place alone', async (t) => {
  const message = aMessage({ messageId: 'msg_b' })
  const last = createdKey(laterBy(START, 10_000), 'msg_a')
  const placed = placedAfter(message, last)
  t.same(placed, { ...message, orderedAt: laterBy(START, 10_001) })
  t.same([messageKey(placed), orderedAtOf(placed)], [createdKey(laterBy(START, 10_001), 'msg_b'), laterBy(START, 10_001)])
  t.equal(placedAfter(placed, last), placed, 'once is enough')
  t.same(placedAfter(placed, createdKey(laterBy(START, 3_600_000), 'msg_c')), { ...message, orderedAt: laterBy(START, 3_600_001) })
  t.equal(messageSent(placed).occurredAt, START)
})

t.test('a placed message comes after the newest, and is otherwise the same', async () => {
  fc.assert(fc.property(ids, moments, ids, moments, (messageId, createdAt, lastId, lastAt) => {
    const message = aMessage({ messageId, createdAt })
    const placed = placedAfter(message, createdKey(lastAt, lastId))
    const { orderedAt, ...shown } = placed
    return messageKey(placed) > createdKey(lastAt, lastId) && placed.createdAt >= createdAt && placed.createdAt <= laterBy(createdAt, 10_000) &&
      JSON.stringify({ ...shown, createdAt }) === JSON.stringify(message)
  }))
})

t.test('messages placed one after another never change their order', async () => {
  fc.assert(fc.property(fc.array(fc.tuple(ids, moments)), (sent) => {
    const keys: string[] = []
    for (const [messageId, createdAt] of sent) keys.push(messageKey(placedAfter(aMessage({ messageId, createdAt }), keys.at(-1) ?? null)))
    return keys.every((key, index) => index === 0 || key > (keys[index - 1] ?? ''))
  }))
})

t.test('messages placed in order follow each other, behind all that were there', async () => {
  const keys = fc.tuple(moments, ids).map(([at, id]) => createdKey(at, id))
  fc.assert(fc.property(ids, moments, fc.array(fc.tuple(ids, moments)), fc.array(fc.option(keys)), (firstId, firstAt, others, lastKeys) => {
    const run = placedInOrder([aMessage({ messageId: firstId, createdAt: firstAt }), ...others.map(([messageId, createdAt]) => aMessage({ messageId, createdAt }))], lastKeys)
    const placed = [...lastKeys.filter((key) => key !== null).toSorted(), ...run.map(messageKey)].slice(-run.length - 1)
    return run.length === others.length + 1 && placed.every((key, index) => index === 0 || key > (placed[index - 1] ?? ''))
  }))
})

t.test('the event of a message holds sender and receiver, and none of the text', async (t) => {
  t.same(messageSent(aMessage({ message: 'secret', metadata: { secret: true } })), {
    eventId: `${START}#msg_1`,
    type: 'message.sent',
    occurredAt: START,
    subjectId: 'msg_1',
    data: { conversationId: 'ada#bora', senderId: 'ada', receiverId: 'bora', type: 'text' },
  })
})

t.test('a created key holds its time and its id, and sorts by them', async () => {
  const hashed = fc.string()
  fc.assert(fc.property(moments, hashed, (at, id) => createdAtOf(createdKey(at, id)) === at && idOf(createdKey(at, id)) === id))
  fc.assert(fc.property(moments, moments, ids, ids, (at, otherAt, id, otherId) =>
    (createdKey(at, id) < createdKey(otherAt, otherId)) === (at === otherAt ? id < otherId : Date.parse(at) < Date.parse(otherAt))))
})

t.test('moments move by milliseconds in both directions', async (t) => {
  t.equal(laterBy('2026-12-31T23:59:59.999Z', 1), '2027-01-01T00:00:00.000Z')
  t.equal(laterBy('2027-01-01T00:00:00.000Z', -1), '2026-12-31T23:59:59.999Z')
})

t.test('the seconds to wait are rounded up, and are never less than one', async (t) => {
  for (const [milliseconds, seconds] of [[60_000, 60], [59_001, 60], [1_001, 2], [1_000, 1], [1, 1], [0, 1], [-5_000, 1]] as const) {
    t.equal(secondsUntil(laterBy(START, milliseconds), START), seconds)
  }
})

t.test('a refusal carries its code, its detail, its cause and the time to retry after', async (t) => {
  const cause = new Error('reset')
  t.match(new DomainError('store_unavailable', 'later', { retryAfterS: 3, cause }), { code: 'store_unavailable', message: 'later', retryAfterS: 3, cause })
  t.equal(new DomainError('not_found', 'none').retryAfterS, undefined)
})
