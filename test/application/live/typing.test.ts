import t from 'tap'
import { followTyping, makeSendTyping, type Typing } from '#application/live/typing.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { at, message } from '../../contracts/fixtures.js'

/** A conversation of ayse and mehmet, and what is shown. */
async function world () {
  const { messages, conversations } = memoryStores()
  await messages.insert(message('m1', { createdAt: at(1) }))
  const bells = makeLocalBus()
  const time = { ms: 5000 }
  const shown: Typing[] = []
  followTyping(bells, (typing) => { shown.push(typing) })
  const counts = new Map<string, { current: number, endsAt: number }>()
  const sendTyping = makeSendTyping({
    conversations,
    bells,
    countTyping: async (key, windowMs) => {
      const known = counts.get(key)
      const count = known === undefined || known.endsAt <= time.ms ? { current: 0, endsAt: time.ms + windowMs } : known
      counts.set(key, count)
      return { current: ++count.current, ttl: count.endsAt - time.ms }
    },
  })
  const type = async (userId: string, otherUserId: string): Promise<void> => { await sendTyping({ userId, otherUserId }) }
  return { conversations, bells, time, shown, type }
}

t.test('a sign of typing is shown to the other of a conversation, once in three seconds', async (t) => {
  const { type, shown, time } = await world()
  await type('ayse', 'mehmet')
  t.same(shown, [{ conversationId: 'ayse#mehmet', userId: 'ayse', otherUserId: 'mehmet' }])
  time.ms += 1000
  await t.rejects(type('ayse', 'mehmet'), { code: 'slow_mode', retryAfterS: 2 })
  await type('mehmet', 'ayse')
  t.match(shown.at(-1), { conversationId: 'ayse#mehmet', userId: 'mehmet', otherUserId: 'ayse' })
  time.ms += 1999
  await t.rejects(type('ayse', 'mehmet'), { code: 'slow_mode', retryAfterS: 1 })
  time.ms += 1
  await type('ayse', 'mehmet')
  await t.rejects(type('mehmet', 'ayse'), { code: 'slow_mode' }, 'each has a pace of their own')
  t.equal(shown.length, 3)
})

t.test('who blocks the writer, or has no message with them, learns nothing, and the writer does not learn that', async (t) => {
  const { type, shown, conversations, time } = await world()
  await conversations.setBlocked('mehmet', 'ayse', true)
  await type('ayse', 'mehmet')
  await type('ayse', 'ceren')
  await conversations.setBlocked('deniz', 'ayse', true)
  await conversations.setBlocked('deniz', 'ayse', false)
  await type('ayse', 'deniz')
  t.same(shown, [])
  await conversations.setBlocked('mehmet', 'ayse', false)
  time.ms += 3000
  await type('ayse', 'mehmet')
  t.equal(shown.length, 1)
})

t.test('what is no sign of typing is not shown', async (t) => {
  const { bells, shown } = await world()
  for (const odd of ['', '{', 'null', '7', '[]', '{}', '{"conversationId":"c","userId":"u","otherUserId":7}']) bells.publish('typing', odd)
  t.same(shown, [])
})
