import t from 'tap'
import { makeListRoomMessages, makeListRooms } from '#application/rooms/read-rooms.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { operator, owner, roomNodes } from '../../../support/room-nodes.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('what several processes write to one room at once is stored once, in dense pages', async (t) => {
  const tables = await dynamoDb.freshTables()
  const opened = [0, 1, 2].map(() => dynamoDb.open(tables))
  const [stores] = opened
  if (stores === undefined) throw new Error('three are open')
  const { node, roomId, feedId } = await roomNodes(stores)
  const nodes = opened.map(({ feeds }) => node({ feeds }))
  const sent = await Promise.all(Array.from({ length: 60 }, async (_, index) => await nodes[index % 3]?.send(roomId, `user${index}`, `text ${index}`, 'k-1')))
  const again = await Promise.all(Array.from({ length: 60 }, async (_, index) => await nodes[(index + 1) % 3]?.send(roomId, `user${index}`, `text ${index}`, 'k-1')))
  t.same(again.map((one) => [one?.position, one?.replayed]), sent.map((one) => [one?.position, true]))
  const pages = await stores.feeds.read(feedId, 0, 1000)
  t.same(pages.map(({ page }) => page), pages.map((_, index) => index + 1))
  t.equal(pages.flatMap(({ entries }) => entries.filter(({ type }) => type === 'message')).length, 60)
  await Promise.all(opened.map(async ({ close }) => await close()))
})

t.test('a request costs the same however long the feed is', async (t) => {
  const requests: string[] = []
  const stores = await dynamoDb.openEmpty({ onRequest: (command) => { requests.push(command) } })
  t.teardown(async () => await stores.close())
  const { first, node, roomId, feedId, time } = await roomNodes(stores)
  const list = makeListRoomMessages(stores)
  const costOf = async (call: () => Promise<unknown>): Promise<string[]> => {
    requests.length = 0
    await call().catch(() => {})
    return [...requests]
  }
  let sender = 0
  const costs = async (): Promise<Record<string, readonly string[]>> => {
    time.advance(700_000)
    return {
      newcomer: await costOf(async () => await first.send(roomId, `user${++sender}`, 'Bir')),
      send: await costOf(async () => await first.send(roomId, 'ayse', 'Bir')),
      refused: await costOf(async () => await first.send(roomId, `user${sender}`, '')),
      mute: await costOf(async () => await first.setSanction({ caller: operator, roomId, userId: 'x', kind: 'mute', isOn: sender % 2 === 1, minutes: null, reason: null })),
      history: await costOf(async () => await list({ roomId, before: null, limit: 5 })),
      pin: await costOf(async () => await first.pinInRoom({ caller: owner, roomId, message: null })),
      list: await costOf(async () => await makeListRooms(stores)({ status: 'live', category: null, streamerId: null, q: null, before: null, limit: 20 })),
      open: await costOf(async () => await node().openRoom(roomId)),
    }
  }
  await first.send(roomId, 'ayse', 'Bir')
  const atFirst = await costs()
  t.same(atFirst, {
    newcomer: ['BatchWriteItem', 'PutItem'],
    send: ['PutItem'],
    refused: ['Query'],
    mute: ['PutItem'],
    history: ['Query'],
    pin: ['GetItem', 'TransactWriteItems'],
    list: ['Query', 'Query', 'Query', 'Query'],
    open: ['GetItem', 'Query'],
  })
  for (let number = 0; number < 230; number++) {
    time.advance(5000)
    await first.send(roomId, 'ayse', `text ${number}`)
  }
  t.ok((await stores.feeds.readBack(feedId, null, 1))[0]?.page)
  t.same(await costs(), { ...atFirst, open: ['GetItem', 'Query', 'Query'] })
})
