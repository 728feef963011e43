import fc from 'fast-check'
import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import type { Appended, FeedStore } from '#application/ports/room-stores.js'
import { DomainError } from '#domain/errors.js'
import type { FeedPage, MessageEntry } from '#domain/rooms/room-entry.js'
import { operator, owner, roomNodes } from '../../support/room-nodes.js'

async function allPages (feeds: FeedStore, feedId: string): Promise<readonly FeedPage[]> {
  return await feeds.read(feedId, 0, 100_000)
}

function messagesIn (pages: readonly FeedPage[]): MessageEntry[] {
  return pages.flatMap(({ entries }) => entries.filter((entry) => entry.type === 'message'))
}

const unavailable = () => new DomainError('store_unavailable', 'no answer')
const code = (error: unknown): string => (error as DomainError).code

t.test('what waits while a page is written goes into one page, in its order', async (t) => {
  const { first, stores, roomId, feedId } = await roomNodes()
  const sent = await Promise.all(Array.from({ length: 30 }, async (_, index) => await first.send(roomId, `user${index}`, `text ${index}`)))
  t.same(sent.map(({ position }) => position), [{ page: 3, index: 0 }, ...Array.from({ length: 29 }, (_, index) => ({ page: 4, index }))])
  t.same(messagesIn(await allPages(stores.feeds, feedId)).map(({ text }) => text), Array.from({ length: 30 }, (_, index) => `text ${index}`))
})

t.test('a page has at most 250 entries and 64 KiB, and what does not fit goes into the next one', async (t) => {
  const { first, stores, roomId, feedId } = await roomNodes()
  await first.editRoom({ caller: owner, roomId, version: 2, edit: { settings: { messageMaxCharacters: 500 } } })
  const send = async (text: string) => await Promise.all(Array.from({ length: 300 }, async (_, index) => await first.send(roomId, `user${index}`, text)))
  await send('a')
  await send('😀'.repeat(500))
  const pages = await allPages(stores.feeds, feedId)
  t.equal(messagesIn(pages).length, 600)
  t.equal(Math.max(...pages.map(({ entries }) => entries.length)), 250)
  const sizes = pages.map(({ entries }) => Buffer.byteLength(JSON.stringify(entries)))
  t.ok(Math.max(...sizes) < 66 * 1024, String(Math.max(...sizes)))
})

t.test('a node that lost a number gathers longer, and less so after each page', async (t) => {
  const { first, node, roomId } = await roomNodes()
  const second = node()
  await second.openRoom(roomId)
  await first.send(roomId, 'ayse', 'Bir')
  await second.send(roomId, 'bora', 'İki')
  t.same(second.pauses, [])
  await second.send(roomId, 'bora', 'Üç')
  await second.send(roomId, 'bora', 'Dört')
  t.same(second.pauses.map((ms) => Math.round(ms * 100) / 100), [4.75, 4.51])
})

t.test('a refusal counts only against a state that was read since the request', async (t) => {
  const { first, node, roomId } = await roomNodes()
  const second = node()
  await first.setSanction({ caller: operator, roomId, userId: 'ayse', kind: 'mute', isOn: true, minutes: null, reason: null })
  await second.openRoom(roomId)
  await first.setSanction({ caller: operator, roomId, userId: 'ayse', kind: 'mute', isOn: false, minutes: null, reason: null })
  await t.resolves(second.send(roomId, 'ayse', 'Serbest'))
})

t.test('a ban binds the very next page of every node', async (t) => {
  const { first, node, roomId } = await roomNodes()
  const second = node()
  await second.openRoom(roomId)
  await first.setSanction({ caller: operator, roomId, userId: 'ayse', kind: 'ban', isOn: true, minutes: null, reason: null })
  await t.rejects(second.send(roomId, 'ayse', 'Olmaz'), { code: 'banned' })
})

t.test('of one batch the admitted are stored and the refused are told', async (t) => {
  const { first, roomId } = await roomNodes()
  await first.setSanction({ caller: operator, roomId, userId: 'user1', kind: 'ban', isOn: true, minutes: null, reason: null })
  const settled = await Promise.allSettled(Array.from({ length: 4 }, async (_, index) => await first.send(roomId, `user${index % 2}`, `text ${index}`)))
  t.same(settled.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled', 'rejected'])
})

t.test('two repeats at once, through two nodes, send one message', async (t) => {
  const { first, node, stores, roomId, feedId } = await roomNodes()
  const second = node()
  const sent = await Promise.all([first, second, first, second].map(async ({ send }) => await send(roomId, 'ayse', 'Bir', 'k-1')))
  t.same(new Set(sent.map(({ position }) => JSON.stringify(position))).size, 1)
  t.equal(sent.filter(({ replayed }) => !replayed).length, 1)
  t.equal(messagesIn(await allPages(stores.feeds, feedId)).length, 1)
})

t.test('slow mode goes by the times of the feed, also on a node whose clock is behind', async (t) => {
  const { first, node, roomId, time } = await roomNodes()
  await first.editRoom({ caller: owner, roomId, version: 2, edit: { settings: { slowModeS: 10 } } })
  const behind = time.clock()
  const second = node({ clock: () => behind })
  time.advance(60_000)
  await first.send(roomId, 'ayse', 'Bir')
  await t.rejects(second.send(roomId, 'ayse', 'İki'), { code: 'slow_mode', retryAfterS: 10 })
  time.advance(10_000)
  const { entry: { at } } = await first.send(roomId, 'bora', 'Üç')
  t.equal((await second.send(roomId, 'ayse', 'İki')).entry.at, at, 'no entry is before another one')
})

t.test('a message whose answer was lost is stored once, and its repeat finds it', async (t) => {
  const stores = memoryStores()
  let isLost = false
  const feeds = withMethods(stores.feeds, {
    append: async (...args): Promise<Appended> => {
      const answer = await stores.feeds.append(...args)
      if (isLost) throw unavailable()
      return answer
    },
  })
  const { first, node, roomId, feedId } = await roomNodes(stores)
  const second = node({ feeds })
  isLost = true
  await t.rejects(second.send(roomId, 'ayse', 'Bir', 'k-1'), { code: 'store_unavailable' })
  isLost = false
  for (const { send } of [second, first]) t.match(await send(roomId, 'ayse', 'Bir', 'k-1'), { replayed: true, position: { page: 3, index: 0 } })
  t.equal(messagesIn(await allPages(stores.feeds, feedId)).length, 1)
})

t.test('where a page is not stored, what did not fit into it goes into the next one, and each sender hears what became of theirs', async (t) => {
  const { node, stores, roomId, feedId } = await roomNodes()
  let pages = 0
  const feeds = withMethods(stores.feeds, {
    append: async (...args): Promise<Appended> => {
      if (++pages === 2) throw new DomainError('store_busy', 'too much at once')
      return await stores.feeds.append(...args)
    },
  })
  const { send } = node({ feeds })
  const sent = await Promise.allSettled(Array.from({ length: 90 }, async (_, index) => await send(roomId, `user${index}`, `${index} ${'😀'.repeat(290)}`)))
  const stored = messagesIn(await allPages(stores.feeds, feedId)).map(({ senderId }) => senderId)
  const acknowledged = sent.flatMap(({ status }, index) => status === 'fulfilled' ? [`user${index}`] : [])
  t.ok(acknowledged.length > 1 && acknowledged.length < 90, String(acknowledged.length))
  t.same(stored, acknowledged)
})

t.test('a node gives up where others take every number', async (t) => {
  const { node, stores, roomId } = await roomNodes()
  const feeds = withMethods(stores.feeds, { append: async (page): Promise<Appended> => ({ kind: 'taken', page: { ...page, entries: [], writer: 'other' } }) })
  const last = node({ feeds })
  await t.rejects(last.send(roomId, 'ayse', 'Bir'), { code: 'store_busy' })
  await t.rejects(last.send(roomId, 'ayse', 'Bir'), { code: 'store_busy' }, 'and goes on with what waits')
  t.equal(Math.max(...last.pauses), 250)
})

t.test('a change of the room follows the one before, and gives up where others always come first', async (t) => {
  const { first, node, stores, roomId } = await roomNodes()
  const second = node()
  await second.openRoom(roomId)
  await Promise.all([first, second].map(async ({ pinInRoom }) => await pinInRoom({ caller: owner, roomId, message: null })))
  t.equal((await stores.rooms.find(roomId))?.version, 4)
  const never = node({ feeds: withMethods(stores.feeds, { append: async (): Promise<Appended> => ({ kind: 'room_changed' }) }) })
  await t.rejects(never.pinInRoom({ caller: owner, roomId, message: null }), { code: 'store_busy' })
})

t.test('a node opens a room by its snapshot, the pages behind it and those of the last ten minutes', async (t) => {
  const { first, node, stores, roomId, time } = await roomNodes()
  await first.setModerator({ caller: owner, roomId, userId: 'ceren', isModerator: true })
  await first.setSanction({ caller: operator, roomId, userId: 'bora', kind: 'mute', isOn: true, minutes: null, reason: null })
  for (let number = 0; number < 420; number++) {
    time.advance(2000)
    await first.send(roomId, 'ayse', `text ${number}`, `k-${number}`)
  }
  const read: number[] = []
  const feeds = withMethods(stores.feeds, {
    read: async (...args) => {
      const pages = await stores.feeds.read(...args)
      read.push(pages.length)
      return pages
    },
  })
  const opened = node({ feeds })
  const { state } = await opened.openRoom(roomId)
  t.ok(read.reduce((sum, count) => sum + count) < 340, String(read))
  t.strictSame(state.snapshot(), (await first.openRoom(roomId)).state.snapshot())
  await t.rejects(opened.send(roomId, 'bora', 'Olmaz'), { code: 'muted' })
  t.match(await opened.send(roomId, 'ayse', 'text 200', 'k-200'), { replayed: true })
  t.match(await opened.getStanding({ caller: { userId: 'ceren', admin: false }, userId: 'ceren', roomId }), { role: 'moderator' })
})

t.test('a room that is not there is looked for again, and one that was used longest ago is closed', async (t) => {
  const { node, first, roomId } = await roomNodes()
  const { openRoom } = node({ openMax: 1 })
  await t.rejects(openRoom('room_none'), { code: 'not_found' })
  const feed = await openRoom(roomId)
  t.equal(await openRoom(roomId), feed)
  const details = { title: 'İkinci', description: null, category: null, coverUrl: null, visibility: 'public', startsAt: null, products: [], settings: {} } as const
  const { room } = await first.createRoom({ caller: owner, key: 'k-2', details, streamerId: null, copyModeratorsFrom: null })
  await openRoom(room.roomId)
  t.not(await openRoom(roomId), feed)
})

t.test('whatever several nodes, lost answers and repeats do: pages are dense, each acknowledged message is there once, and no one writes after their ban', async (t) => {
  const step = fc.record({ node: fc.nat(2), user: fc.nat(3), key: fc.nat(20), act: fc.constantFrom('send', 'send', 'send', 'send', 'ban', 'lift') })
  await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 8 }), fc.array(fc.boolean(), { minLength: 4, maxLength: 12 }), async (rounds, losses) => {
    const stores = memoryStores()
    let appends = 0
    const feeds = withMethods(stores.feeds, {
      append: async (...args): Promise<Appended> => {
        const answer = await stores.feeds.append(...args)
        if (losses[appends++ % losses.length] === true && appends > 3) throw unavailable()
        return answer
      },
    })
    const { node, roomId, feedId, time } = await roomNodes(stores)
    const nodes = [node({ feeds }), node({ feeds }), node({ feeds })]
    const acknowledged = new Map<string, string>()
    for (const round of rounds) {
      time.advance(5000)
      await Promise.all(round.map(async ({ node: number, user, key, act }) => {
        const one = nodes[number]
        if (one === undefined) return
        try {
          if (act === 'send') {
            const { entry: { messageId }, position } = await one.send(roomId, `user${user}`, `text ${key}`, `k-${key}`)
            const place = JSON.stringify(position)
            if ((acknowledged.get(messageId) ?? place) !== place) throw new Error('one message has two places')
            acknowledged.set(messageId, place)
          } else await one.setSanction({ caller: operator, roomId, userId: `user${user}`, kind: 'ban', isOn: act === 'ban', minutes: null, reason: null })
        } catch (error) {
          if (!['store_unavailable', 'banned', 'slow_mode'].includes(code(error))) throw error
        }
      }))
    }
    const pages = await allPages(stores.feeds, feedId)
    const banned = new Set<string>()
    const places = new Map<string, string>()
    for (const [index, { page, entries }] of pages.entries()) {
      if (page !== index + 1) throw new Error('the numbers are not dense')
      for (const [place, entry] of entries.entries()) {
        if (entry.type === 'sanction' && entry.isOn) banned.add(entry.userId)
        if (entry.type === 'sanction' && !entry.isOn) banned.delete(entry.userId)
        if (entry.type !== 'message') continue
        if (banned.has(entry.senderId)) throw new Error('a banned person writes')
        if (places.has(entry.messageId)) throw new Error('a message is there twice')
        places.set(entry.messageId, JSON.stringify({ page, index: place }))
      }
    }
    for (const [messageId, place] of acknowledged) if (places.get(messageId) !== place) throw new Error('an acknowledged message is lost')
  }), { numRuns: 60, seed: 1 })
  t.pass('no history breaks a promise')
})
