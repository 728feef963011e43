import t from 'tap'
import { member, moderator, owner, stranger, withChannel } from '../../../support/channels.js'
import { adminToken, adminUser, as, key, startService } from '../../../support/service.js'

t.test('a channel is created once for a key, shown to whom it exists for, renamed and deleted', async (t) => {
  const service = await startService(t)
  const { inChannel, call, channelId } = await withChannel(service)
  const body = { name: 'Atkı sevenler', kind: 'public' }
  const repeat = await call('POST', '/api/channels', { ...owner, ...key('channel') }, body)
  t.match(repeat, { status: 200, headers: { 'idempotent-replayed': 'true' }, body: { channelId, name: 'Atkı sevenler', kind: 'public', ownerId: 'ada', memberCount: 3, messageCount: 0, lastMessageAt: null, version: 1, you: { role: 'owner', unread: 0 } } })
  t.notOk('fingerprint' in repeat.body)
  t.match(await call('POST', '/api/channels', { ...owner, ...key('channel') }, { ...body, name: 'Başka' }), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match((await inChannel('GET', '', stranger)).body, { you: null, memberCount: 3 })
  t.match((await inChannel('GET', '', adminToken)).body, { you: null })
  for (const who of [member, moderator, stranger]) t.match(await inChannel('PATCH', '', who, { version: 1, name: 'Olmaz' }), { status: 403 })
  t.match(await inChannel('PATCH', '', owner, { version: 1, name: 'Şapkalar' }), { status: 200, body: { name: 'Şapkalar', version: 2, memberCount: 3, you: { role: 'owner' } } })
  t.match(await inChannel('PATCH', '', adminToken, { version: 1, name: 'Geç' }), { status: 409, body: { code: 'version_conflict' } })
  t.match(await inChannel('DELETE', '', moderator), { status: 403 })
  for (const who of [owner, owner, adminToken]) t.match(await inChannel('DELETE', '', who), { status: 200 })
  for (const who of [owner, member, adminToken]) t.match(await inChannel('GET', '', who), { status: 404 })
  t.match(await inChannel('DELETE', '', moderator), { status: 404 })
  t.match(await inChannel('GET', '/messages', owner), { status: 404 })
  t.match(await call('GET', '/api/channels', owner), { body: { items: [] } })
  t.match(await call('POST', '/api/channels', { ...owner, ...key('channel') }, body), { status: 404 })
  t.match(await call('GET', '/api/channels/none', owner), { status: 404 })
})

t.test('a private channel exists for its members and administrators alone', async (t) => {
  const { inChannel, say, call } = await withChannel(await startService(t), 'private')
  const { messageId, position } = await say(owner, 'Gizli')
  const place = `/messages/${messageId}?position=${String(position)}`
  for (const [method, path, body] of [
    ['GET', ''], ['GET', '/messages'], ['GET', '/members'], ['POST', '/join'], ['POST', '/leave'], ['POST', '/messages', { text: 'Merhaba' }],
    ['PUT', '/read', { position }], ['DELETE', place], ['PATCH', '', { version: 1, name: 'Ad' }], ['DELETE', ''], ['PUT', '/members/deniz', { role: 'member' }], ['DELETE', '/members/bora'],
  ] as const) t.match(await inChannel(method, path, stranger, body), { status: 404 }, `${method} ${path}`)
  t.match(await inChannel('GET', '/messages', member), { status: 200, body: { items: [{ text: 'Gizli' }] } })
  t.match(await inChannel('GET', '/messages', adminToken), { status: 200 })
  t.match((await call('GET', '/api/channels/public', stranger)).body.items, [])
  await inChannel('PUT', '/members/bora', owner, { role: 'banned' })
  t.match(await inChannel('GET', '', member), { status: 404 })
  t.match(await inChannel('POST', '/messages', member, { text: 'Merhaba' }), { status: 404 })
})

t.test('people join a public channel and leave it, and a repeat changes nothing', async (t) => {
  const { inChannel, call } = await withChannel(await startService(t))
  for (let repeat = 0; repeat < 2; repeat++) t.match(await inChannel('POST', '/join', stranger), { status: 200 })
  t.match((await inChannel('GET', '', stranger)).body, { memberCount: 4, you: { role: 'member', unread: 0 } })
  t.equal((await call('GET', '/api/channels', stranger)).body.items.length, 1)
  for (let repeat = 0; repeat < 2; repeat++) t.match(await inChannel('POST', '/leave', stranger), { status: 200 })
  t.match((await inChannel('GET', '', stranger)).body, { memberCount: 3, you: null })
  t.same((await call('GET', '/api/channels', stranger)).body.items, [])
  t.match(await inChannel('POST', '/leave', owner), { status: 403, body: { code: 'forbidden' } })
})

t.test('moderators add, remove and ban members, and the owner alone names moderators', async (t) => {
  const { inChannel } = await withChannel(await startService(t))
  const put = async (who: typeof owner, userId: string, role: string) => (await inChannel('PUT', `/members/${userId}`, who, { role })).status
  t.same(await Promise.all([put(member, 'deniz', 'member'), put(stranger, 'deniz', 'member'), put(moderator, 'deniz', 'moderator'), put(moderator, 'ada', 'banned'), put(owner, 'ada', 'member')]), [403, 403, 403, 403, 403])
  t.equal(await put(moderator, 'ceren', 'member'), 403)
  t.equal(await put(moderator, 'deniz', 'member'), 200)
  t.equal(await put(moderator, 'deniz', 'member'), 200)
  t.equal(await put(adminToken, 'deniz', 'moderator'), 200)
  t.equal(await put(owner, 'deniz', 'member'), 200)
  const members = async (query = '', who = member) => (await inChannel('GET', `/members${query}`, who)).body
  t.match((await members()).items, [{ userId: 'ada', role: 'owner' }, { userId: 'bora', role: 'member' }, { userId: 'ceren', role: 'moderator' }, { userId: 'deniz', role: 'member' }])
  const first = await members('?limit=3')
  t.match((await members(`?limit=3&cursor=${String(first.nextCursor)}`)), { items: [{ userId: 'deniz' }], nextCursor: null })
  t.equal((await inChannel('GET', '/members', as('emre'))).status, 403)
  t.equal(await put(moderator, 'deniz', 'banned'), 200)
  t.same([(await inChannel('GET', '/members?of=banned', member)).status, (await members('?of=banned', moderator)).items.map(({ userId }) => userId)], [403, ['deniz']])
  t.match(await inChannel('POST', '/join', stranger), { status: 403, body: { code: 'banned' } })
  t.match(await inChannel('POST', '/leave', stranger), { status: 200 })
  t.match(await inChannel('POST', '/messages', stranger, { text: 'Merhaba' }), { status: 403, body: { code: 'banned' } })
  t.match((await inChannel('GET', '', owner)).body, { memberCount: 3 })
  for (let repeat = 0; repeat < 2; repeat++) t.match(await inChannel('DELETE', '/members/deniz', moderator), { status: 200 })
  t.match(await inChannel('POST', '/join', stranger), { status: 200 })
  t.match(await inChannel('DELETE', '/members/ada', adminToken), { status: 403 })
  t.match(await inChannel('DELETE', '/members/bora', moderator), { status: 200 })
  t.match(await inChannel('POST', '/messages', member, { text: 'Merhaba' }), { status: 403, body: { code: 'forbidden' } })
})

t.test('a message is shown as it was taken, and a repeat of it sends nothing', async (t) => {
  const { inChannel, say } = await withChannel(await startService(t))
  const sent = await say(member, 'Kim gördü?', { clientMessageId: 'k-1' })
  t.match(sent, { position: '4.0', number: 1, senderId: 'bora', text: 'Kim gördü?', replyTo: null })
  t.match(await inChannel('POST', '/messages', member, { text: 'Kim gördü?', clientMessageId: 'k-1' }), { status: 200, headers: { 'idempotent-replayed': 'true' }, body: sent })
  t.match(await inChannel('POST', '/messages', member, { text: 'Başka', clientMessageId: 'k-1' }), { status: 422, body: { code: 'idempotency_key_reused' } })
  const reply = await say(owner, 'Ben', { clientMessageId: 'k-1', replyTo: { messageId: sent.messageId, position: '4.0' } })
  t.match(reply, { number: 2, replyTo: { messageId: sent.messageId, position: '4.0' } })
  t.match(await inChannel('POST', '/messages', owner, { text: 'Ben', clientMessageId: 'k-1' }), { status: 422 })
  t.match(await inChannel('POST', '/messages', owner, { text: 'Ben', clientMessageId: 'k-1', replyTo: { messageId: sent.messageId, position: '4.0' } }), { status: 200 })
  for (const replyTo of [{ messageId: 'other', position: '4.0' }, { messageId: sent.messageId, position: '1.0' }, { messageId: sent.messageId, position: '99.0' }]) {
    t.match(await inChannel('POST', '/messages', owner, { text: 'Ne?', replyTo }), { status: 404 })
  }
  t.match(await inChannel('POST', '/messages', owner, { text: ' \u200b' }), { status: 422, body: { code: 'message_length' } })
  t.match(await inChannel('POST', '/messages', owner, { text: '😀'.repeat(4000) }), { status: 201 })
  t.match(await inChannel('GET', '/messages?limit=2', stranger), { body: { items: [{ number: 3 }, { number: 2 }] } })
  const { body: { nextCursor } } = await inChannel('GET', '/messages?limit=2', stranger)
  t.match(await inChannel('GET', `/messages?limit=2&cursor=${String(nextCursor)}`, stranger), { body: { items: [{ number: 1 }], nextCursor: null } })
})

t.test('each member sees what they have not read; what they write and what was there before them counts as read', async (t) => {
  const { inChannel, say, call, channelId } = await withChannel(await startService(t))
  const unread = async (who: typeof owner) => (await call('GET', '/api/channels', who)).body.items.map(({ you }) => (you as { unread: number }).unread)
  const first = await say(owner, 'Bir')
  await say(owner, 'İki')
  const third = await say(owner, 'Üç')
  t.same([await unread(owner), await unread(member)], [[0], [3]])
  t.match(await inChannel('PUT', '/read', member, { position: first['position'] }), { status: 200, body: { unread: 2 } })
  t.match(await inChannel('PUT', '/read', member, { position: third['position'] }), { status: 200, body: { unread: 0 } })
  t.match(await inChannel('PUT', '/read', member, { position: first['position'] }), { status: 200, body: { unread: 0 } })
  t.match(await inChannel('PUT', '/read', member, { position: '1.0' }), { status: 404 })
  t.match(await inChannel('PUT', '/read', stranger, { position: first['position'] }), { status: 403, body: { code: 'forbidden' } })
  await say(owner, 'Dört')
  await say(member, 'Beş')
  t.same([await unread(owner), await unread(member), await unread(moderator)], [[1], [0], [5]])
  await inChannel('POST', '/join', stranger)
  t.same(await unread(stranger), [0])
  await say(member, 'Altı')
  t.same(await unread(stranger), [1])
  await inChannel('PUT', '/members/deniz', owner, { role: 'moderator' })
  t.match((await call('GET', `/api/channels/${channelId}`, stranger)).body, { messageCount: 6, you: { role: 'moderator', unread: 1 } })
})

t.test('a deleted message has no text anywhere, and who may delete follows from the roles', async (t) => {
  const { inChannel, say } = await withChannel(await startService(t))
  const at = (message: { readonly messageId?: unknown, readonly position?: unknown }): string => `/messages/${String(message.messageId)}?position=${String(message.position)}`
  const [ofOwner, ofMember, ofModerator, other] = [await say(owner, 'A'), await say(member, 'B', { clientMessageId: 'k-b' }), await say(moderator, 'C'), await say(member, 'D')]
  const remove = async (who: typeof owner, message: object) => (await inChannel('DELETE', at(message), who)).status
  t.same([await remove(stranger, ofMember), await remove(member, ofModerator), await remove(moderator, ofOwner)], [403, 403, 403])
  t.same([await remove(member, ofMember), await remove(member, ofMember), await remove(moderator, other), await remove(owner, ofModerator), await remove(adminUser, ofOwner)], [200, 200, 200, 200, 200])
  t.equal(await remove(owner, { ...ofOwner, messageId: 'other' }), 404)
  t.same((await inChannel('GET', '/messages', member)).body.items.map(({ text }) => text), [null, null, null, null])
  t.match(await inChannel('POST', '/messages', member, { text: 'B', clientMessageId: 'k-b' }), { status: 200, body: { text: null } })
  t.match((await inChannel('GET', '', member)).body, { messageCount: 4 })
})

t.test('public channels are found by a part of their name, page by page', async (t) => {
  const { call } = await withChannel(await startService(t))
  for (const name of ['Şapka', 'Kışlık atkılar', 'Ayakkabı']) await call('POST', '/api/channels', { ...member, ...key(name.normalize('NFD').replace(/[^a-z]/gi, '')) }, { name, kind: 'public' })
  const names = async (query: string) => (await call('GET', `/api/channels/public?${query}`, stranger)).body.items.map(({ name }) => name).toSorted()
  t.same(await names('q=ATKI'), ['Atkı sevenler', 'Kışlık atkılar'])
  t.same(await names('q=yok'), [])
  t.equal((await names('')).length, 4)
  for (const q of ['', 'q=a&']) {
    const first = (await call('GET', `/api/channels/public?${q}limit=3`, stranger)).body
    const rest = (await call('GET', `/api/channels/public?${q}limit=3&cursor=${String(first.nextCursor)}`, stranger)).body
    t.same([first.items.length, rest.items.length, rest.nextCursor], [3, 1, null])
  }
})

t.test('the channels of a person are listed page by page', async (t) => {
  const { call } = await startService(t)
  for (let number = 0; number < 5; number++) await call('POST', '/api/channels', { ...owner, ...key(`k-${number}`) }, { name: `Kanal ${number}`, kind: 'private' })
  const first = (await call('GET', '/api/channels?limit=3', owner)).body
  const rest = (await call('GET', `/api/channels?limit=3&cursor=${String(first.nextCursor)}`, owner)).body
  t.same([...first.items, ...rest.items].map(({ name }) => name).toSorted(), Array.from({ length: 5 }, (_, number) => `Kanal ${number}`))
  t.equal(rest.nextCursor, null)
})
