import t from 'tap'
import { databaseOn, type Database } from '#adapters/dynamodb/engine/client.js'
import { FeedAuthors } from '#adapters/dynamodb/rooms/feed-authors.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import { TABLES_OF_TEST } from '../../../support/transactions.js'

type Send = (command: { readonly input: { readonly RequestItems: Record<string, Array<{ readonly PutRequest: { readonly Item: object } }>> } }) => Promise<object>

function databaseOf (send: Send): Database {
  return databaseOn({ send } as unknown as Parameters<typeof databaseOn>[0], { tableNames: TABLES_OF_TEST })
}

/** A page of these people, and where its day is what a note outlives. */
function aPage (page: number, authors: readonly string[], expiresAt?: string): FeedPage {
  const entries = authors.map((senderId) => ({ type: 'message', at: '', messageId: 'msg_1', senderId, role: 'viewer', text: 'Bir', replyTo: null, isHidden: false } as const))
  return { feedId: 'room#r', page, entries, writer: 'wrt_1', writtenAt: '', ...(expiresAt !== undefined && { expiresAt }) }
}

/** What is written, by the calls. */
function noting (notedMax?: number) {
  const calls: unknown[][] = []
  const database = databaseOf(async ({ input }) => {
    const [requests = []] = Object.values(input.RequestItems)
    calls.push(requests.map(({ PutRequest: { Item } }) => Item))
    return {}
  })
  return { authors: new FeedAuthors(database, 'room', notedMax), calls }
}

t.test('a process notes a person once for a part of a feed and a day, and the note outlives the pages of the day', async (t) => {
  const { authors, calls } = noting()
  await authors.note(aPage(1, ['ayse', 'bora', 'ayse'], '2026-03-01T10:00:00.000Z'))
  await authors.note(aPage(999, ['bora', 'ayse'], '2026-03-01T23:59:59.000Z'))
  t.same(calls, [[
    { feedId: 'room-author#ayse', page: 'room#r#000000000', deleteAt: Date.parse('2026-03-03T10:00:00.000Z') / 1000 },
    { feedId: 'room-author#bora', page: 'room#r#000000000', deleteAt: Date.parse('2026-03-03T10:00:00.000Z') / 1000 },
  ]])
  await authors.note(aPage(999, ['ayse'], '2026-03-02T00:00:00.000Z'))
  await authors.note(aPage(1000, ['ayse'], '2026-03-02T00:00:00.000Z'))
  await authors.note(aPage(1000, ['ceren']))
  t.match(calls.slice(1), [[{ page: 'room#r#000000000' }], [{ page: 'room#r#000000001' }], [{ feedId: 'room-author#ceren', page: 'room#r#000000001' }]])
  t.same(calls.length, 4)
  t.notMatch(calls[3], [{ deleteAt: Number }])
})

t.test('beyond what a process remembers a person is noted once more', async (t) => {
  const { authors, calls } = noting(2)
  for (const author of ['ayse', 'bora', 'ceren', 'ceren', 'bora', 'ayse']) await authors.note(aPage(1, [author]))
  t.equal(calls.length, 4)
})

t.test('a note that fails is written with the next try', async (t) => {
  let fails = true
  const database = databaseOf(async () => {
    if (fails) throw new Error('on purpose')
    return {}
  })
  const authors = new FeedAuthors(database, 'room')
  await t.rejects(authors.note(aPage(1, ['ayse'])), /on purpose/)
  fails = false
  await authors.note(aPage(1, ['ayse']))
  fails = true
  await authors.note(aPage(1, ['ayse']))
})
