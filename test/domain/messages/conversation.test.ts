import fc from 'fast-check'
import t from 'tap'
import {
  asRead, lastMessageOf, newConversation, PREVIEW_MAX_CHARACTERS, withConversations, withReadMarks, type Conversation, type ReadMarks,
} from '#domain/messages/conversation.js'
import { messageKey, type Message } from '#domain/messages/message.js'
import { laterBy } from '#domain/time.js'
import { aMessage, START } from '../../support/builders.js'

type Direction = 'ada' | 'bora'

/** Messages from old to new, a second apart. */
function talk (senders: readonly Direction[]): Message[] {
  return senders.map((senderId, index) => aMessage({
    messageId: `msg_${String(index).padStart(3, '0')}`,
    senderId,
    receiverId: senderId === 'ada' ? 'bora' : 'ada',
    createdAt: laterBy(START, index * 1000),
  }))
}

/** The stored messages after receivers marked some, by the rules of `ConversationStore.markRead`. */
function stored (senders: readonly Direction[], marked: readonly number[]): { oldestFirst: Message[], adasSide: Conversation } {
  const oldestFirst = talk(senders)
  let adasSide = newConversation('ada', 'bora')
  marked.forEach((place, step) => {
    const index = place % Math.max(1, oldestFirst.length)
    const message = oldestFirst[index]
    if (message === undefined) return
    const key = messageKey(message)
    const readAt = laterBy(START, 1_000_000 + step)
    const standing = message.receiverId === 'ada' ? adasSide.readKey : adasSide.otherReadKey
    if (standing !== null && standing >= key) return
    adasSide = message.receiverId === 'ada' ? { ...adasSide, readKey: key, readAt } : { ...adasSide, otherReadKey: key, otherReadAt: readAt }
    oldestFirst[index] = asRead(message, readAt)
  })
  return { oldestFirst, adasSide }
}

const directions = fc.array(fc.constantFrom<Direction>('ada', 'bora'), { maxLength: 30 })
const marks = fc.array(fc.nat(40), { maxLength: 8 })
const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 30, maxLength: 30 })

t.test('a new conversation is empty on its side', async (t) => {
  t.strictSame(newConversation('bora', 'ada'), {
    told: null,
    conversationId: 'ada#bora',
    userId: 'bora',
    otherUserId: 'ada',
    lastMessage: null,
    lastKey: null,
    lastReceivedKey: null,
    unread: 0,
    readKey: null,
    readAt: null,
    otherReadKey: null,
    otherReadAt: null,
    blocked: false,
  })
})

t.test('the last message shows the beginning of its text and splits no character', async (t) => {
  const { messageId, senderId, type, createdAt } = aMessage()
  t.same(lastMessageOf(aMessage()), { messageId, senderId, type, preview: 'merhaba', createdAt })
  t.equal(lastMessageOf(aMessage({ message: 'a'.repeat(4000) })).preview, 'a'.repeat(PREVIEW_MAX_CHARACTERS))
  t.equal(lastMessageOf(aMessage({ message: `a${'🎬'.repeat(2000)}` })).preview, `a${'🎬'.repeat(PREVIEW_MAX_CHARACTERS - 1)}`)
})

t.test('the preview is the first 140 characters of any text whose characters stand alone, and breaks no family', async (t) => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'abş🎬👩'), minLength: 100, maxLength: 400 }), (message) =>
    lastMessageOf(aMessage({ message })).preview === Array.from(message).slice(0, PREVIEW_MAX_CHARACTERS).join('')))
  t.equal(lastMessageOf(aMessage({ message: `${'a'.repeat(138)}👩‍👧!` })).preview, 'a'.repeat(138))
})

t.test('a read message has the status, the mark and the time; one that was read before keeps its own time', async (t) => {
  t.match(asRead(aMessage(), START), { status: 'read', read: true, readAt: START })
  const early = asRead(aMessage(), START)
  t.equal(asRead(early, laterBy(START, 1)), early)
})

t.test('a read message keeps a status that only another version knows', async (t) => {
  t.match(asRead(aMessage({ status: 'recalled' as never }), START), { status: 'recalled', read: true, readAt: START })
})

t.test('a mark speaks for everything earlier of its sender, and for nothing else', async (t) => {
  const [a0, b1, a2, b3, a4] = talk(['ada', 'bora', 'ada', 'bora', 'ada']) as [Message, Message, Message, Message, Message]
  const readAt = laterBy(START, 9_000)
  const { messages, marks } = withReadMarks([a4, b3, asRead(a2, readAt), b1, a0], {})
  t.same(messages.map(({ read }) => read), [false, false, true, false, true])
  t.same(messages.map(({ readAt }) => readAt), [null, null, readAt, null, readAt])
  t.same(marks, { ada: readAt })
})

t.test('user ids that equal names of object properties keep their marks', async (t) => {
  const message = aMessage({ senderId: '__proto__', receiverId: 'bora' })
  const { marks } = withReadMarks([asRead(message, START)], {})
  const carried = JSON.parse(JSON.stringify(marks)) as ReadMarks
  t.equal(withReadMarks([message], carried).messages[0]?.read, true)
  t.equal(withReadMarks([aMessage({ senderId: 'constructor' })], {}).messages[0]?.read, false)
})

t.test('pages cut anywhere show the same as the whole list, with the marks carried as JSON', async () => {
  fc.assert(fc.property(directions, marks, cuts, (senders, marked, lengths) => {
    const newestFirst = stored(senders, marked).oldestFirst.toReversed()
    const whole = withReadMarks(newestFirst, {})
    const paged: Message[] = []
    let carried: ReadMarks = {}
    for (let from = 0, page = 0; from < newestFirst.length; page++) {
      const length = lengths[page] ?? 1
      const read = withReadMarks(newestFirst.slice(from, from + length), carried)
      paged.push(...read.messages)
      carried = JSON.parse(JSON.stringify(read.marks)) as ReadMarks
      from += length
    }
    return JSON.stringify([paged, carried]) === JSON.stringify([whole.messages, whole.marks])
  }), { numRuns: 500 })
})

t.test('a list over all conversations shows the same as each conversation does', async () => {
  fc.assert(fc.property(directions, marks, (senders, marked) => {
    const { oldestFirst, adasSide } = stored(senders, marked)
    const newestFirst = oldestFirst.toReversed()
    return JSON.stringify(withConversations(newestFirst, [adasSide])) === JSON.stringify(withReadMarks(newestFirst, {}).messages)
  }), { numRuns: 500 })
})

t.test('a message is read if and only if a message of its sender that is not earlier was marked', async () => {
  fc.assert(fc.property(directions, marks, (senders, marked) => {
    const { oldestFirst } = stored(senders, marked)
    const seen = withReadMarks(oldestFirst.toReversed(), {}).messages.toReversed()
    return seen.every(({ senderId, read }, index) => read === oldestFirst.slice(index).some((later) => later.senderId === senderId && later.read))
  }), { numRuns: 500 })
})

t.test('a marker covers its own message and earlier ones of that sender', async (t) => {
  const [a0, a1, b2, a3] = talk(['ada', 'ada', 'bora', 'ada']) as [Message, Message, Message, Message]
  const borasSide = { ...newConversation('bora', 'ada'), readKey: messageKey(a1), readAt: START }
  t.same(withConversations([a3, b2, a1, a0], [borasSide]).map(({ read }) => read), [false, false, true, true])
})

t.test('a message of an unknown conversation stays as it is', async (t) => {
  const message = aMessage()
  t.same(withConversations([message], [newConversation('ada', 'cem')]), [message])
  t.same(withConversations([message], []), [message])
})
