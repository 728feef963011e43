import t from 'tap'
import { startAccounts } from '../../../support/accounts.js'
import { adminToken, as, key, startService } from '../../../support/service.js'

const ada = as('ada')
const bora = as('bora')
const ceren = as('ceren')

t.test('a message is sent, and both people read it', async t => {
  const { call } = await startService(t)
  const sent = await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba', metadata: { streamId: 'live-7' } })
  t.equal(sent.status, 201)
  t.match(sent.body, {
    messageId: /^msg_/,
    conversationId: 'ada#bora',
    senderId: 'ada',
    receiverId: 'bora',
    message: 'merhaba',
    type: 'text',
    metadata: { streamId: 'live-7' },
    status: 'sent',
    read: false,
    readAt: null,
    createdAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  })
  t.same(Object.keys(sent.body).sort(), ['conversationId', 'createdAt', 'message', 'messageId', 'metadata', 'read', 'readAt', 'receiverId', 'senderId', 'status', 'type'],
    'no digest or other inner matter shows')
  t.notOk(sent.headers['idempotent-replayed'])
  for (const [reader, other] of [[ada, 'bora'], [bora, 'ada']] as const) {
    t.same((await call('GET', `/api/messages?otherUserId=${other}`, reader)).body, { items: [sent.body], nextCursor: null })
    t.same((await call('GET', '/api/messages', reader)).body, { items: [sent.body], nextCursor: null })
  }
  t.same((await call('GET', '/api/messages', ceren)).body.items, [], 'not to a third user')
})

t.test('the same client message id is the same message, and another text with it is refused', async t => {
  const { call } = await startService(t)
  const body = { receiverId: 'bora', message: 'bir', type: 'offer', clientMessageId: 'm-1' }
  const first = await call('POST', '/api/messages', ada, body)
  const again = await call('POST', '/api/messages', ada, body)
  t.same([first.status, again.status], [201, 200])
  t.equal(again.headers['idempotent-replayed'], 'true')
  t.same(again.body, first.body)
  t.match(await call('POST', '/api/messages', ada, { ...body, message: 'iki' }), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match(await call('POST', '/api/messages', bora, { ...body, receiverId: 'ada' }), { status: 201 }, 'the id belongs to its sender')
  t.equal((await call('GET', '/api/messages?otherUserId=bora', ada)).body.items.length, 2)
})

t.test('an Idempotency-Key does what a client message id does, bare or quoted', async t => {
  const { call } = await startService(t)
  const body = { receiverId: 'bora', message: 'bir' }
  const first = await call('POST', '/api/messages', { ...ada, ...key('k-1') }, body)
  for (const same of ['k-1', '"k-1"', ' k-1 ']) {
    t.match(await call('POST', '/api/messages', { ...ada, ...key(same) }, body), { status: 200, body: { messageId: first.body.messageId } }, same)
  }
  const quoted = await call('POST', '/api/messages', { ...ada, ...key('"a \\"b\\" \\\\"') }, body)
  t.equal(quoted.status, 201)
  t.equal((await call('POST', '/api/messages', { ...ada, ...key('"a \\"b\\" \\\\"') }, body)).status, 200)
  t.equal((await call('POST', '/api/messages', ada, { ...body, clientMessageId: 'k-1' })).status, 200, 'both are one kind of key')
  t.match(await call('POST', '/api/messages', { ...ada, ...key('k-1') }, { ...body, clientMessageId: 'm-1' }), { status: 400, body: { code: 'idempotency_key_invalid' } }, 'two keys')
})

t.test('pages follow the cursor to the end, and a cursor belongs to its list', async t => {
  const { call } = await startService(t)
  const sent: string[] = []
  for (let i = 0; i < 25; i++) sent.unshift((await call('POST', '/api/messages', i % 2 === 0 ? ada : bora, { receiverId: i % 2 === 0 ? 'bora' : 'ada', message: `${i}` })).body.messageId)
  for (const list of ['/api/messages?', '/api/messages?otherUserId=bora&']) {
    const seen: string[] = []
    let cursor: string | null = null
    let pages = 0
    do {
      const page = await call('GET', `${list}limit=10${cursor === null ? '' : `&cursor=${cursor}`}`, ada)
      seen.push(...page.body.items.map(({ messageId }) => messageId))
      cursor = page.body.nextCursor
      pages++
    } while (cursor !== null)
    t.same(seen, sent, list)
    t.equal(pages, 3)
  }
  t.equal((await call('GET', '/api/messages', ada)).body.items.length, 20, 'a page without a limit')
  const { nextCursor } = (await call('GET', '/api/messages?limit=1', ada)).body
  for (const url of [`/api/messages?otherUserId=bora&cursor=${nextCursor}`, `/api/conversations?cursor=${nextCursor}`, `/api/payments?cursor=${nextCursor}`]) {
    t.match(await call('GET', url, ada), { status: 400, body: { code: 'invalid_cursor' } }, url)
  }
})

t.test('read markers of an earlier page apply to the next ones', async t => {
  const { call } = await startService(t)
  const ids: string[] = []
  for (let i = 0; i < 3; i++) ids.push((await call('POST', '/api/messages', ada, { receiverId: 'bora', message: `${i}` })).body.messageId)
  await call('PUT', `/api/messages/${ids[2]}/read`, bora)
  const first = await call('GET', '/api/messages?otherUserId=bora&limit=1', ada)
  const rest = await call('GET', `/api/messages?otherUserId=bora&limit=5&cursor=${first.body.nextCursor}`, ada)
  t.same(rest.body.items.map(({ messageId, read }) => [messageId, read]), [[ids[1], true], [ids[0], true]])
})

t.test('a receiver marks a message as read once; its sender may not, and to others it does not exist', async t => {
  const { call } = await startService(t)
  const { messageId } = (await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba' })).body
  const read = await call('PUT', `/api/messages/${messageId}/read`, bora)
  t.match(read, { status: 200, body: { messageId, status: 'read', read: true, readAt: String } })
  t.same((await call('PUT', `/api/messages/${messageId}/read`, bora)).body, read.body, 'a repeat changes nothing')
  t.match(await call('PUT', `/api/messages/${messageId}/read`, ada), { status: 403, body: { code: 'forbidden' } })
  t.match(await call('PUT', `/api/messages/${messageId}/read`, ceren), { status: 404, body: { code: 'not_found' } })
  t.match(await call('PUT', '/api/messages/msg_none/read', bora), { status: 404, body: { code: 'not_found' } })
})

t.test('conversations show their unread messages page by page, and are marked as read as a whole', async t => {
  const { call } = await startService(t)
  for (const [sender, message] of [['ada', 'bir'], ['ada', 'iki'], ['ceren', 'üç']] as const) await call('POST', '/api/messages', as(sender), { receiverId: 'bora', message })
  const first = await call('GET', '/api/conversations?limit=1', bora)
  t.match(first.body, { items: [{ otherUserId: 'ceren', unread: 1, lastMessage: { preview: 'üç' } }], unreadTotal: 3, nextCursor: String })
  const second = await call('GET', `/api/conversations?limit=1&cursor=${first.body.nextCursor}`, bora)
  t.match(second.body, { items: [{ otherUserId: 'ada', unread: 2, blocked: false, readAt: null }], unreadTotal: 3, nextCursor: null })
  const read = await call('PUT', '/api/conversations/ada/read', bora)
  t.match(read, { status: 200, body: { conversationId: 'ada#bora', otherUserId: 'ada', unread: 0, readAt: String } })
  t.match((await call('GET', '/api/conversations', bora)).body, { unreadTotal: 1 })
  t.match(await call('PUT', '/api/conversations/nobody/read', bora), { status: 200, body: { unread: 0, lastMessage: null } })
})

t.test('people see whom they block, page by page, and are told so when they write to them', async t => {
  const { call } = await startService(t)
  for (const sender of ['ada', 'ceren']) await call('POST', '/api/messages', as(sender), { receiverId: 'bora', message: 'merhaba' })
  t.same((await call('GET', '/api/conversations/blocked', bora)).body, { items: [], nextCursor: null })
  for (const other of ['ada', 'deniz']) await call('PUT', `/api/conversations/${other}/block`, bora)
  const first = await call('GET', '/api/conversations/blocked?limit=1', bora)
  t.match(first.body, { items: [{ otherUserId: 'deniz', blocked: true, lastMessage: null }], nextCursor: String })
  t.match((await call('GET', `/api/conversations/blocked?limit=1&cursor=${first.body.nextCursor}`, bora)).body,
    { items: [{ otherUserId: 'ada', blocked: true, unread: 1, lastMessage: { preview: 'merhaba' } }], nextCursor: null })
  t.match(await call('GET', `/api/conversations?cursor=${first.body.nextCursor}`, bora), { status: 400, body: { code: 'invalid_cursor' } })
  t.same((await call('GET', '/api/conversations/blocked', ada)).body.items, [], 'and no one else does')
  t.equal((await call('GET', '/api/conversations', bora)).body['unreadTotal'], 1, 'what ada wrote does not count')
  t.match(await call('POST', '/api/messages', bora, { receiverId: 'ada', message: 'neden?' }), { status: 409, body: { code: 'receiver_blocked' } })
  await call('DELETE', '/api/conversations/ada/block', bora)
  t.equal((await call('GET', '/api/conversations', bora)).body['unreadTotal'], 2)
  t.equal((await call('POST', '/api/messages', bora, { receiverId: 'ada', message: 'merhaba' })).status, 201)
})

t.test('a person begins as many conversations within a day as FIRST_MESSAGES_PER_DAY says', async t => {
  const { call } = await startService(t, { env: { FIRST_MESSAGES_PER_DAY: '2' } })
  const send = async (receiverId: string, clientMessageId: string) => await call('POST', '/api/messages', ada, { receiverId, message: 'merhaba', clientMessageId })
  for (const receiverId of ['u1', 'u2']) t.equal((await send(receiverId, receiverId)).status, 201)
  const refused = await send('u3', 'u3')
  t.match([refused.status, refused.body.code], [429, 'too_many_first_messages'])
  t.ok(Number(refused.headers['retry-after']) >= 1 && Number(refused.headers['retry-after']) <= 86_400)
  t.equal((await send('u2', 'again')).status, 201, 'the conversation goes on')
  t.equal((await send('u2', 'u2')).status, 200, 'a repeat is answered')
})

t.test('a blocked sender is refused until they are unblocked; you cannot block or message yourself', async t => {
  const { call } = await startService(t)
  const send = async () => await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba' })
  t.match(await call('PUT', '/api/conversations/ada/block', bora), { status: 200, body: { otherUserId: 'ada', blocked: true } })
  t.match(await send(), { status: 403, body: { code: 'blocked' } })
  t.match(await call('DELETE', '/api/conversations/ada/block', bora), { status: 200, body: { blocked: false } })
  t.equal((await send()).status, 201)
  t.match(await call('PUT', '/api/conversations/bora/block', bora), { status: 422, body: { code: 'self_message' } })
  t.match(await call('POST', '/api/messages', bora, { receiverId: 'bora', message: 'ben' }), { status: 422, body: { code: 'self_message' } })
})

t.test('with accounts of our own, messages go only to people who are there', async t => {
  const { call, join, signIn } = await startAccounts(t)
  for (const email of ['ada@example.com', 'bora@example.com']) await join(email)
  const [one, other] = [await signIn('ada@example.com'), await signIn('bora@example.com')]
  const send = async (receiverId: string, clientMessageId: string) => await call('POST', '/api/messages', one.headers, { receiverId, message: 'merhaba', clientMessageId })
  t.match(await send('a-stranger', 'm-1'), { status: 422, body: { code: 'receiver_unreachable' } })
  await call('PATCH', `/api/admin/users/${other.userId}`, adminToken, { status: 'suspended' })
  const suspended = await send(other.userId, 'm-2')
  t.match([suspended.status, suspended.body.code, suspended.body.detail], [422, 'receiver_unreachable', (await send('a-stranger', 'm-3')).body.detail], 'one answer for all')
  await call('PATCH', `/api/admin/users/${other.userId}`, adminToken, { status: 'active' })
  t.equal((await send(other.userId, 'm-2')).status, 201)
  t.same((await call('GET', '/api/messages', one.headers)).body.items.length, 1)
})
