// @own-process
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { addKeys, backfillMessages } from '#adapters/dynamodb/messages/backfill-messages.js'
import { openDatabase, type Database } from '#adapters/dynamodb/engine/client.js'
import { messageOf } from '#adapters/dynamodb/messages/message-row.js'
import { readMigration } from '#adapters/dynamodb/schema/migrations.js'
import { TABLES } from '#adapters/dynamodb/engine/tables.js'
import { messageKey, type Message } from '#domain/messages/message.js'
import { at, message, pages, reply } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { earlierRow, openEarlier, putEarlierRows } from '../../../support/dynamodb-earlier.js'
import { always, canceled, failure, inTurn, openBehindProxy, startFaultProxy } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** The stores with the commands that they sent, and a clock that a test moves. */
async function open (t: Test, rows: readonly object[]) {
  let time = 0
  const commands: string[] = []
  const opened = await openEarlier(t, dynamoDb, rows, { now: () => time, onRequest: (command) => commands.push(command) })
  return { ...opened, commands, pass: (milliseconds: number) => { time += milliseconds } }
}

const run = async (database: Database, options: Partial<Parameters<typeof backfillMessages>[1]> = {}) =>
  (await backfillMessages(database, { onProgress: () => {}, signal: new AbortController().signal, ...options })).isDone
const whole = { before: null, limit: 100 }
const ids = (messages: readonly Message[]) => messages.map(({ messageId }) => messageId)
const reader = (one: Message, second: number) =>
  ({ messageId: one.messageId, messageKey: messageKey(one), senderId: one.senderId, receiverId: one.receiverId, readAt: at(second) })

t.test('an earlier row is a message, also without the attributes that it may lack', async (t) => {
  const { messages } = await open(t, [
    earlierRow('e1', 1, { type: 'image', metadata: { width: 3 }, read: true, readAt: at(5), status: 'sent' }),
    { messageId: 'e2', senderId: 'ayse', receiverId: 'mehmet', message: 'bare', timestamp: at(2) },
  ])
  t.same(await messages.find('e1'), {
    ...message('e1', { createdAt: at(1), type: 'image', metadata: { width: 3 } }), read: true, readAt: at(5), fingerprint: null,
  })
  t.same(await messages.find('e2'), { ...message('e2', { createdAt: at(2), message: 'bare' }), fingerprint: null })
})

t.test('a message from a user to the same user can be read, and a time without milliseconds has them', async (t) => {
  const timestamp = '2024-03-01T10:00:00Z'
  const { messages, conversations } = await open(t, [{ messageId: 'e1', senderId: 'ayse', receiverId: 'ayse', message: 'note', timestamp }])
  const note = await messages.find('e1')
  if (note === null) throw new Error('it is there')
  t.equal(note.createdAt, '2024-03-01T10:00:00.000Z')
  t.equal(await conversations.markRead(reader(note, 5)), at(5))
  t.match(await messages.find('e1'), { read: true, readAt: at(5) })
})

t.test('earlier rows are listed among ours, page by page, before the back-fill and after it', async (t) => {
  const { messages, database, pass } = await open(t, [
    earlierRow('e1', 1), earlierRow('e3', 3, { senderId: 'mehmet', receiverId: 'ayse' }), earlierRow('e2', 3), earlierRow('e9', 2, { receiverId: 'zeynep' }),
  ])
  for (const [second, sent] of [message('m4'), reply('m5'), message('m6')].entries()) await messages.insert({ ...sent, createdAt: at(4 + second) })
  const check = async (state: string) => {
    for (const limit of [1, 2, 3, 6, 100]) {
      const conversation = await pages(async (page) => await messages.listConversation('ayse#mehmet', page), limit)
      t.same(ids(conversation.flat()), ['m6', 'm5', 'm4', 'e3', 'e2', 'e1'], `${limit} a page, ${state}`)
      const all = await pages(async (page) => await messages.listOfUser('ayse', page), limit)
      t.same(ids(all.flat()), ['m6', 'm5', 'm4', 'e3', 'e2', 'e9', 'e1'], `all, ${limit} a page, ${state}`)
    }
  }
  await check('before the back-fill')
  t.equal(await run(database), true)
  await check('after it')
  pass(60_000)
  await check('when that is known')
})

t.test('whether earlier rows are left is asked once a minute, and never again after the end', async (t) => {
  const { messages, database, commands, pass } = await open(t, [earlierRow('e1', 1)])
  const requests = async () => {
    commands.length = 0
    await messages.listConversation('ayse#mehmet', whole)
    return commands.toSorted().join(' ')
  }
  t.equal(await requests(), 'GetItem Query Query Query')
  t.equal(await requests(), 'Query Query Query')
  pass(60_000)
  t.equal(await requests(), 'GetItem Query Query Query')
  await run(database)
  pass(59_999)
  t.equal(await requests(), 'Query Query Query')
  pass(1)
  t.equal(await requests(), 'GetItem Query')
  pass(1e9)
  t.equal(await requests(), 'Query')
})

t.test('a failed look at the state of the back-fill is repeated by the next read', async (t) => {
  const { messages, proxy } = await openBehindProxy(t, dynamoDb)
  await messages.insert(message('m1'))
  proxy.plan = inTurn('GetItem', failure('AccessDeniedException'))
  await t.rejects(messages.listConversation('ayse#mehmet', whole), { code: 'store_unavailable' })
  t.same(ids((await messages.listConversation('ayse#mehmet', whole)).items), ['m1'])
})

t.test('an earlier message that was delivered reads as sent, and is marked as read', async (t) => {
  const { messages, conversations } = await open(t, [earlierRow('e1', 1, { status: 'delivered' })])
  t.match(await messages.find('e1'), { status: 'sent', read: false })
  t.match((await messages.listConversation('ayse#mehmet', whole)).items, [{ status: 'sent' }])
  await conversations.markRead(reader(messageOf(earlierRow('e1', 1)), 9))
  t.match(await messages.find('e1'), { status: 'read', read: true })
})

t.test('earlier messages of a blocked person count from the end of the block on', async (t) => {
  const { conversations, database } = await open(t, [earlierRow('e1', 1), earlierRow('e2', 2)])
  await conversations.setBlocked('mehmet', 'ayse', true)
  await run(database)
  t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 2, blocked: true }])
  t.equal(await conversations.unreadTotal('mehmet'), 0)
  await conversations.setBlocked('mehmet', 'ayse', false)
  t.equal(await conversations.unreadTotal('mehmet'), 2)
})

t.test('an earlier message is marked as read before the back-fill, and counts as read after it', async (t) => {
  const { messages, conversations, database } = await open(t, [earlierRow('e1', 1), earlierRow('e2', 2), earlierRow('e3', 3)])
  const e2 = messageOf(earlierRow('e2', 2))
  t.equal(await conversations.markRead(reader(e2, 9)), at(9))
  t.match(await messages.find('e2'), { read: true, readAt: at(9), status: 'read' })
  const before = await conversations.list('mehmet', whole)
  t.match(before.items, [{ unread: 1, lastMessage: { messageId: 'e3' }, readKey: messageKey(e2), readAt: at(9) }])
  t.same(await conversations.find('mehmet', ['ayse']), before.items)
  await run(database)
  t.same(await conversations.list('mehmet', whole), before)
  t.equal(await conversations.unreadTotal('mehmet'), 1)
  t.match((await conversations.list('ayse', whole)).items, [{ unread: 0, lastMessage: { messageId: 'e3' }, otherReadKey: messageKey(e2) }])
})

t.test('the back-fill takes earlier messages into both inboxes, and leaves newer ones', async (t) => {
  const { messages, conversations, database } = await open(t, [
    earlierRow('e1', 1), earlierRow('e2', 2, { read: true, readAt: at(3) }), earlierRow('e3', 3, { senderId: 'mehmet', receiverId: 'ayse' }),
    earlierRow('e4', 4, { senderId: 'zeynep', receiverId: 'ayse' }), earlierRow('e5', 5, { receiverId: 'ayse' }),
  ])
  const { stored: newest } = await messages.insert(message('m6', { createdAt: at(6) }))
  await conversations.setBlocked('ayse', 'zeynep', true)
  t.equal(await run(database), true)
  t.match((await conversations.list('mehmet', whole)).items, [{ otherUserId: 'ayse', unread: 2, lastKey: messageKey(newest), lastReceivedKey: messageKey(newest) }])
  t.match((await conversations.list('ayse', whole)).items, [
    { otherUserId: 'mehmet', unread: 1, lastKey: messageKey(newest), lastReceivedKey: `${at(3)}#e3` },
    { otherUserId: 'zeynep', unread: 1, lastMessage: { messageId: 'e4', preview: 'text of e4' }, blocked: true },
  ])
  t.same([await conversations.unreadTotal('ayse'), await conversations.unreadTotal('mehmet')], [1, 2], 'zeynep is blocked')
  t.same(ids((await messages.listConversation('ayse#ayse', whole)).items), ['e5'], 'a note to oneself is in no inbox')
  t.equal(await conversations.markRead(reader(newest, 9)), at(9))
  t.equal(await conversations.unreadTotal('mehmet'), 0)
})

t.test('an earlier message that was read by itself is not taken off the count again', async (t) => {
  const { conversations, database } = await open(t, [
    earlierRow('e1', 1), earlierRow('e2', 2, { read: true, readAt: at(5) }), earlierRow('e3', 3), earlierRow('e4', 4),
  ])
  await run(database)
  t.equal(await conversations.unreadTotal('mehmet'), 3)
  await conversations.markRead(reader(messageOf(earlierRow('e3', 3)), 9))
  t.equal(await conversations.unreadTotal('mehmet'), 1)
})

t.test('the back-fill goes on where it was stopped, and counts nothing twice', async (t) => {
  const rows = Array.from({ length: 60 }, (_, index) => earlierRow(`e${index + 100}`, index))
  const { conversations, database } = await open(t, rows)
  const seen: number[][] = []
  for (let stops = 0; stops < 1000; stops++) {
    const controller = new AbortController()
    const before = JSON.stringify(await readMigration(database))
    const done = await run(database, {
      signal: controller.signal,
      pageRows: 2,
      onProgress: (looked, total) => {
        seen.push([looked, total])
        if (looked > (seen.at(-2)?.[0] ?? 0)) controller.abort()
      },
    })
    if (done) break
    t.not(JSON.stringify(await readMigration(database)), before, 'each run gets further')
  }
  t.ok(seen.length > 10)
  t.same(seen.map(([looked]) => looked), seen.map(([looked]) => looked).sort((one = 0, other = 0) => one - other), 'progress only grows')
  t.same(seen.at(-1), [60, 60])
  t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 60, lastMessage: { messageId: 'e159' } }])
  t.equal(await run(database, { onProgress: (looked, total) => { t.same([looked, total], [60, 60]) } }), true, 'once done, it is done')
})

t.test('back-fills and sends at the same time count every message once', async (t) => {
  const { messages, conversations, database } = await open(t, Array.from({ length: 30 }, (_, index) => earlierRow(`e${index + 100}`, index)))
  await Promise.all([
    run(database, { pageRows: 5 }), run(database, { pageRows: 5 }),
    ...Array.from({ length: 10 }, async (_, index) => await messages.insert(message(`m${index}`, { createdAt: at(100) }))),
  ])
  t.match(await conversations.find('mehmet', ['ayse']), [{ unread: 40 }])
  t.equal((await messages.listConversation('ayse#mehmet', whole)).items.length, 40)
})

t.test('the back-fill gives up a message whose conversation always moves', async (t) => {
  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  let time = 0
  const { database, close } = openDatabase({ ...dynamoDb.client, endpoint: proxy.endpoint, tableNames: await dynamoDb.freshTables(), now: () => { time += 1000; return time } })
  t.teardown(async () => {
    close()
    await proxy.stop()
  })
  proxy.plan = always('TransactWriteItems', canceled('None', 'ConditionalCheckFailed', 'None'))
  await t.rejects(addKeys(database, messageOf(earlierRow('e1', 1))), { code: 'store_busy' })
})

t.test('the command shows progress, stops when interrupted, and goes on', async (t) => {
  const { conversations, database, tables } = await open(t, Array.from({ length: 600 }, (_, index) => earlierRow(`e${index + 1000}`, index, { receiverId: `user${index % 20}` })))
  const variables = Object.entries(TABLES).map(([id, { variable }]) => [variable, tables[id as keyof typeof tables]])
  const environment = { ...process.env, DYNAMODB_ENDPOINT: dynamoDb.client.endpoint, ...Object.fromEntries(variables) as Record<string, string> }
  const start = (env: NodeJS.ProcessEnv = environment) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('#infrastructure/programs/backfill.js'))], { env })
    return { child, ends: Promise.all([once(child, 'exit') as Promise<[number | null]>, text(child.stderr)]) }
  }
  const first = start()
  first.child.stderr.once('data', () => first.child.kill('SIGINT'))
  const [[code], output] = await first.ends
  t.equal(code, 130, output)
  t.match(output, /Stopped\. Run it again to go on/)
  const [[secondCode], secondOutput] = await start().ends
  t.equal(secondCode, 0)
  t.match(secondOutput, /100% \| 600 of about 600 messages/)
  t.match(secondOutput, /The back-fill is done/)
  t.match(await conversations.find('user7', ['ayse']), [{ unread: 30 }])

  await putEarlierRows(database, [earlierRow('bad', 1, { receiverId: undefined })])
  const [[badCode], badOutput] = await start().ends
  t.equal(badCode, 0)
  t.match(badOutput, /The back-fill is done, 1 row left out: bad\./)
  await putEarlierRows(database, [earlierRow('worse', 1, { receiverId: undefined })])
  t.match((await start().ends)[1], /The back-fill is done, 2 rows left out: (?:bad, worse|worse, bad)\./)
  const [[missingCode], missingOutput] = await start({ ...environment, DYNAMODB_TABLE_MIGRATIONS: 'no-such-table' }).ends
  t.equal(missingCode, 1)
  t.match(missingOutput, /Stopped by an error/)
})
